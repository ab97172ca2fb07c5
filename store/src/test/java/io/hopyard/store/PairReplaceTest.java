package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.PairGate;
import io.hopyard.store.pair.Pairing;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An empty node takes the place of a dead one while the other one serves, and is never started again. */
class PairReplaceTest {
    private static final Duration NOT_IN = Duration.ofSeconds(4);

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

    private static RowKey key(String rest) {
        return new RowKey("table", "group", rest);
    }

    private void put(StoreNode node, String rest) {
        requests++;
        Eventually.holds(() -> assertThat(node.database()
                        .commit(
                                new Commit(
                                        new RequestId(new UUID(1, requests)),
                                        List.of(),
                                        List.of(new Write.Put(key(rest), new byte[] {1}))),
                                soon()))
                .isInstanceOf(Outcome.Applied.class));
    }

    private static boolean hasRow(StoreNode node, String rest) {
        return node.database().read(List.of(key(rest)), soon()).getFirst() != null;
    }

    @Test
    void anEmptyNodeTakesThePlaceOfADeadOneAndTheDeadOneIsRefusedForEver() {
        pair().startBoth();
        StoreNode survivor = pair().node(0);
        StoreSettings dead = pair().settings(1);
        put(survivor, "before");
        pair().cut(1);
        put(survivor, "alone");
        pair().remove(1);
        // With its old disk, before anybody has its place and after.
        assertRefused(dead);
        pair().replace(1, directory.resolve("data-2"), "data-2");
        StoreNode fresh = pair().start(1);
        assertThat(List.of("before", "alone")).allMatch(row -> hasRow(fresh, row));
        put(fresh, "both");
        assertThat(hasRow(survivor, "both")).isTrue();
        assertRefused(dead);
        assertThat(hasRow(survivor, "both")).isTrue();

        // The copy is a whole one: it serves when the other goes.
        pair().cut(0);
        put(fresh, "last");
        assertThat(List.of("before", "alone", "both", "last")).allMatch(row -> hasRow(fresh, row));
    }

    private void assertRefused(StoreSettings removed) {
        assertThatThrownBy(() -> pair().startStranger(removed, NOT_IN))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("was removed from its pair for good");
    }

    /** Not even its engine gets into the ring of the two, whatever makes it start. */
    @Test
    void noThirdNodeComesIntoTheRing() {
        pair().startBoth();
        List<Integer> ports = TestStore.freePorts("127.0.44.3", 2);
        StoreSettings like = pair().settings(1);
        StoreSettings stranger = new StoreSettings(
                directory.resolve("data-9"),
                "data-9",
                new StoreSettings.Address("127.0.44.3", ports.get(0), ports.get(1)),
                like.memory(),
                like.durability(),
                like.retention(),
                like.pair());
        Metrics metrics = new Metrics();
        Mirrors mirrors = new Mirrors(Map.of(
                EngineSettings.METADATA,
                new MetadataMirror(metrics),
                EngineSettings.ONLINE,
                new RowCache(1 << 20, metrics)));
        Pairing pairing =
                new Pairing(pair().register(), null, NodeGate.OPEN, why -> {}, Timings.DEFAULT, new SecureRandom());
        PairedEngine engine = new PairedEngine(
                stranger, pairing, mirrors, new Incarnation("data-9", "00000009"), UnaryOperator.identity());
        assertThatThrownBy(() -> engine.start(PairAction.How.JOINER, new Careless()))
                .hasStackTraceContaining("data-9/00000009 (expected: the other node of the pair)");
        assertThat(pair().node(0).engine().cluster().nodes()).hasSize(2);
        assertThat(pair().node(0).trouble()).isEmpty();
    }

    /** Of a node that follows no rule. */
    private static final class Careless implements PairGate {
        @Override
        public void dropped(Incarnation peer) {}

        @Override
        public void sendFailed(Incarnation peer) {}

        @Override
        public void thrownOut() {}

        @Override
        public boolean admits(Incarnation joiner) {
            return true;
        }

        @Override
        public boolean excluded(Incarnation peer) {
            return false;
        }
    }
}
