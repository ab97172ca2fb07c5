package io.hopyard.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A door that lets in nodes of one cluster only, with real certificates. */
class NodeTlsTest {
    private static final RowKey KEY = new RowKey("table", "group", "row");

    @TempDir
    private Path directory = Path.of("");

    private @Nullable CertificateAuthority authority;
    private @Nullable DataDoor door;

    private CertificateAuthority authority(String name) {
        return CertificateAuthority.open(directory.resolve(name), Clock.systemUTC(), new SecureRandom());
    }

    private static NodeTls tls(CertificateAuthority authority, String commonName) {
        return new NodeTls(
                authority
                        .issue(commonName, List.of(TestDoor.HOST), Duration.ofHours(1))
                        .sslContext(),
                (subject, from) -> subject.contains("CN=node:stranger") ? "stranger (expected: a friend)" : null);
    }

    @BeforeEach
    void open() {
        authority = authority("cluster");
        DataDoor.Backend backend =
                new DataDoor.Backend(new MemoryDatabase(), new MemoryOnlineRows(Clock.systemUTC()), System::nanoTime);
        door = TestDoor.open(DoorSettings.of(TestDoor.HOST, 0), tls(authority, "node:data-1"), backend);
    }

    @AfterEach
    void close() {
        Objects.requireNonNull(door).close();
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(20));
    }

    private void assertOutside(@Nullable NodeTls tls, String node) {
        DataClient.Target target = new DataClient.Target(
                node, TestDoor.HOST, Objects.requireNonNull(door).port());
        try (DataClient client = new DataClient(target, tls, ClientSettings.DEFAULT, System::nanoTime)) {
            assertThatThrownBy(() -> client.database().read(List.of(KEY), soon()))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        }
    }

    @Test
    void aNodeIsServed() {
        NodeTls tls = tls(Objects.requireNonNull(authority), "node:head-1");
        try (DataClient client = TestDoor.client(Objects.requireNonNull(door), tls)) {
            Database database = client.database();
            byte[] value = new byte[3 << 20];
            new Random(1).nextBytes(value);
            Commit commit = new Commit(RequestId.random(new Random(2)), List.of(), List.of(new Write.Put(KEY, value)));
            assertThat(database.commit(commit, soon())).isInstanceOf(Outcome.Applied.class);
            Row row = Objects.requireNonNull(database.read(List.of(KEY), soon()).getFirst());
            assertThat(row.value()).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"user:eve", "project__eve", "anode:x", "NODE:x", "node:stranger"})
    void whoIsNoAdmittedNodeIsNot(String commonName) {
        assertOutside(tls(Objects.requireNonNull(authority), commonName), "data-1");
    }

    @Test
    void aNodeOfAnotherClusterIsNot() {
        assertOutside(tls(authority("other"), "node:head-1"), "data-1");
    }

    @Test
    void whoComesInClearIsNot() {
        assertOutside(null, "data-1");
    }

    @Test
    void aClientAsksNobodyButTheNodeThatItMeans() {
        assertOutside(tls(Objects.requireNonNull(authority), "node:head-1"), "data-2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=node:a,O=Hopyard | a",
                "O=Hopyard,CN=node:a.b-c | a.b-c",
                "CN=user:a | ''",
                "O=node:a | ''",
                "CN=node:a,CN=user:b | ''",
                "CN=node:a,CN=node:b | ''",
                "not a name | ''"
            })
    void theNameOfANodeIsItsOnlyCommonName(String subject, String name) {
        assertThat(NodeTls.nodeName(subject)).isEqualTo(name);
    }

    @Test
    void aNodeThatMayComeInNoMoreIsCutAndHearsWhy() {
        CertificateAuthority own = Objects.requireNonNull(authority);
        AtomicReference<String> revoked = new AtomicReference<>("nobody");
        NodeTls gated = new NodeTls(
                tls(own, "node:data-2").context(),
                (subject, from) -> subject.contains("CN=" + revoked.get())
                        ? "certificate: of broker-1, which was taken out (expected: a new one)"
                        : null);
        DataDoor.Backend backend =
                new DataDoor.Backend(new MemoryDatabase(), new MemoryOnlineRows(Clock.systemUTC()), System::nanoTime);
        try (DataDoor other = TestDoor.open(DoorSettings.of(TestDoor.HOST, 0), gated, backend);
                DataClient good = client(other, tls(own, "node:head-1"));
                DataClient bad = client(other, tls(own, "node:broker-1"))) {
            assertThat(good.database().read(List.of(KEY), soon())).hasSize(1);
            assertThat(bad.database().read(List.of(KEY), soon())).hasSize(1);

            revoked.set("node:broker-1");
            other.recheck();
            Eventually.holds(() -> assertThatThrownBy(() -> bad.database().read(List.of(KEY), soon()))
                    .hasMessageContaining("does not let this node in: certificate: of broker-1, which was taken out"));
            assertThat(good.database().read(List.of(KEY), soon())).hasSize(1);
        }
    }

    private static DataClient client(DataDoor door, NodeTls tls) {
        return new DataClient(
                new DataClient.Target("data-2", TestDoor.HOST, door.port()),
                tls,
                ClientSettings.DEFAULT,
                System::nanoTime);
    }
}
