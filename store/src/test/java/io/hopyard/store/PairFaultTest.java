package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.ignite.cluster.ClusterNode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that stop, start and lose each other, with and without a register that answers. */
class PairFaultTest {
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            1, List.of(new OnlineColumn("id", FeatureType.Simple.BIGINT, null)), List.of(0), null, null);

    private @Nullable TestPair made;
    private long requests;

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void make() {
        made = new TestPair(directory, StoreSettings.Memory.SMALL, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        pair().close();
    }

    private TestPair pair() {
        return Objects.requireNonNull(made);
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(20));
    }

    private Outcome put(StoreNode node, String rest) {
        requests++;
        return node.database()
                .commit(
                        new Commit(
                                new RequestId(new UUID(1, requests)),
                                List.of(),
                                List.of(new Write.Put(key(rest), new byte[] {1}))),
                        soon());
    }

    private static RowKey key(String rest) {
        return new RowKey("table", "group", rest);
    }

    private static OnlineKey onlineKey(long id) {
        return KeyCodec.encode(SCHEMA, new Object[] {id});
    }

    private static void upsert(StoreNode node, long id) {
        node.onlineRows()
                .upsert(
                        List.of(new RowWrite(
                                onlineKey(id), RowCodec.encode(SCHEMA, new Object[] {id}, new LogPosition(0, id)))),
                        soon());
    }

    private static boolean hasRow(StoreNode node, String rest) {
        return node.database().read(List.of(key(rest)), soon()).getFirst() != null;
    }

    private static boolean hasOnlineRow(StoreNode node, long id) {
        return node.onlineRows()
                        .read(List.of(new TableRead(SCHEMA, List.of(onlineKey(id)), Projection.ALL)), soon())
                        .getFirst()
                != null;
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining("this node is ARBITRATING");
    }

    @Test
    void withoutARegisterAHealthyPairServesAndAMemberThatLostTheOtherDoesNot() {
        pair().staleReads(Duration.ofSeconds(8));
        pair().startBoth();
        StoreNode survivor = pair().node(0);
        ClusterNode peer =
                survivor.engine().cluster().forRemotes().nodes().iterator().next();
        GuardedDiscovery discovery =
                (GuardedDiscovery) survivor.engine().configuration().getDiscoverySpi();
        pair().register().reachable(false);
        for (int index = 0; index < 2; index++) {
            assertThat(put(pair().node(index), "healthy" + index)).isInstanceOf(Outcome.Applied.class);
            upsert(pair().node(index), index);
        }
        pair().cut(1);
        Eventually.holds(() -> assertThat(survivor.trouble()).isEqualTo("the register does not answer"));
        assertThat(discovery.getRemoteNodes()).as("in the ring").isEmpty();
        assertThat(discovery.getNode(peer.id())).as("as the engine sees it").isNotNull();
        assertThat(discovery.pingNode(peer.id())).as("as the engine sees it").isTrue();
        assertRefused(() -> put(survivor, "undecided"));
        assertRefused(() -> upsert(survivor, 5));
        Eventually.holds(() -> assertRefused(() -> hasRow(survivor, "healthy0")));
        assertThat(hasOnlineRow(survivor, 1)).as("features, for a while").isTrue();
        assertThat(pair().metrics(0).prometheus()).contains("\nstore_stale_reads_total 1\n");
        Eventually.holds(() -> assertRefused(() -> hasOnlineRow(survivor, 0)));

        pair().register().reachable(true);
        Eventually.holds(() -> assertThat(put(survivor, "alone")).isInstanceOf(Outcome.Applied.class));
        assertThat(discovery.getNode(peer.id())).as("as the engine sees it").isNull();
        assertThat(hasRow(survivor, "undecided")).isFalse();
        assertThat(hasRow(survivor, "healthy1")).isTrue();
        assertThat(hasOnlineRow(survivor, 1)).isTrue();
    }

    @Test
    void whoIsToldToStopWhileItIsUndecidedEndsSoon() {
        pair().startBoth();
        pair().register().reachable(false);
        pair().cut(1);
        Eventually.holds(() -> assertThat(pair().node(0).trouble()).isEqualTo("the register does not answer"));
        long begin = System.nanoTime();
        pair().stop(0);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
        // A real process ends at the first reason; another one may be that the engine is on its way out.
        assertThat(pair().halts()).contains("told to stop while it is open who serves: the register does not answer");
    }

    @Test
    void strictReadsAreRefusedFromTheEndOfTheLeaseUntilTheRegisterHasDecided() {
        pair().staleReads(Duration.ZERO);
        pair().startBoth();
        upsert(pair().node(0), 1);
        pair().register().reachable(false);
        pair().cut(1);
        Eventually.holds(() -> assertRefused(() -> hasOnlineRow(pair().node(0), 1)));
        pair().register().reachable(true);
        Eventually.holds(() -> assertThat(hasOnlineRow(pair().node(0), 1)).isTrue());
        assertThat(pair().metrics(0).prometheus()).contains("\nstore_stale_reads_total 0\n");
    }

    /** What the guards are for: the other member, frozen and not dead, would not have this write. */
    @Test
    void withoutTheGuardsAMemberThatNobodyConfirmedAcknowledges() {
        pair().withoutGuards();
        pair().startBoth();
        pair().register().reachable(false);
        pair().cut(1);
        Eventually.holds(() -> assertThat(put(pair().node(0), "unconfirmed")).isInstanceOf(Outcome.Applied.class));
        assertThat(pair().node(0).trouble()).isEqualTo("the register does not answer");
        pair().register().reachable(true);
        Eventually.holds(() -> assertThat(pair().node(0).trouble()).isEmpty());
    }

    @Test
    void theLastSurvivorStartsAloneAndWhoIsStaleWaitsForIt() {
        pair().startBoth();
        pair().stop(1);
        Eventually.holds(() -> assertThat(put(pair().node(0), "later")).isInstanceOf(Outcome.Applied.class));
        upsert(pair().node(0), 7);
        pair().stop(0);
        assertThatThrownBy(() -> pair().start(1, Duration.ofSeconds(3)))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("must serve before this node can join");
        pair().start(0);
        assertThat(hasRow(pair().node(0), "later")).isTrue();
        pair().start(1);
        assertThat(hasRow(pair().node(1), "later")).isTrue();
        assertThat(hasOnlineRow(pair().node(1), 7)).isTrue();
        assertThat(put(pair().node(1), "both")).isInstanceOf(Outcome.Applied.class);
        assertThat(hasRow(pair().node(0), "both")).isTrue();
        assertThat(pair().halts()).as("who is stopped in order ends no process").isEmpty();
    }
}
