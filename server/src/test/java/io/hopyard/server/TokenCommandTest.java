package io.hopyard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Fingerprint;
import io.hopyard.identity.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {
    @TempDir
    private Path data;

    private Identity head() {
        Path directory = data.resolve("identity");
        Duration life = Duration.ofDays(90);
        return CertificateAuthority.open(directory, Clock.systemUTC(), new SecureRandom())
                .openOrIssue(
                        directory,
                        new CertificateAuthority.Request(
                                "node", new Peer("h1", Set.of(NodeRole.HEAD)), List.of("127.0.51.1"), life, life));
    }

    private String run(String... options) {
        List<String> all = new ArrayList<>(List.of("--data", data.toString()));
        all.addAll(List.of(options));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TokenCommand.run(all, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private StoredToken stored(JoinToken token) throws IOException {
        return StoredToken.decode(Files.readAllBytes(file(token)));
    }

    private Path file(JoinToken token) {
        return data.resolve("join/tokens").resolve(token.id());
    }

    @Test
    void tokenNamesTheHeadAndItsAuthorityAndItsFileIsSecret() throws IOException {
        Identity head = head();
        JoinToken token = JoinToken.parse(run().strip());
        assertThat(token.head()).isEqualTo("h1");
        assertThat(token.fingerprint()).isEqualTo(Fingerprint.of(head.authority()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(token))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file(token), StandardCharsets.ISO_8859_1)).doesNotContain(token.secret());
    }

    @Test
    void tokenMakesNoHeadUnlessThatIsSaid() throws IOException {
        head();
        assertThat(stored(JoinToken.parse(run().strip())).roles())
                .containsExactlyInAnyOrder(NodeRole.WORKER, NodeRole.DATA, NodeRole.BROKER, NodeRole.API);
        StoredToken narrow = stored(JoinToken.parse(
                run("--roles", "head,data", "--name", "h2", "--valid", "10m").strip()));
        assertThat(narrow.roles()).containsExactlyInAnyOrder(NodeRole.HEAD, NodeRole.DATA);
        assertThat(narrow.name()).isEqualTo("h2");
        assertThat(narrow.expires())
                .isBetween(
                        Clock.systemUTC().instant(), Clock.systemUTC().instant().plusSeconds(600));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(this::run)
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage(
                        data + " holds no head with the cluster's authority (expected: --data with the directory of a"
                                + " head that was started once)");
        head();
        assertThatThrownBy(() -> run("--roles", "king"))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage("role: 'king' (expected: head, worker, data, broker, api)");
        assertThatThrownBy(() -> run("--name", "A b"))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageStartingWith("node name: 'A b' (expected: ");
        assertThatThrownBy(() -> run("--valid", "8d"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--valid 8d (expected: a time from 60s to 7d");
        assertThatThrownBy(() -> run("--role"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--role: nothing follows (expected: ");
    }
}
