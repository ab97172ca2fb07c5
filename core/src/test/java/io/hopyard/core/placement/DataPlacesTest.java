package io.hopyard.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataPlacesTest {
    private static final Incarnation D1 = new Incarnation("d1", "00000001");
    private static final Incarnation D2 = new Incarnation("d2", "00000002");
    private static final Deadline SOON = Deadline.after(System::nanoTime, Duration.ofMinutes(1));

    private final Placements placements = new Placements();
    private final Records records = new Records();
    private final List<Node> alive = new ArrayList<>();
    private final DataPlaces places = new DataPlaces(placements, pair -> records, () -> alive);

    /** Keeps what it is given; does something else first when it is told to. */
    @SuppressWarnings("SameNameButDifferent") // each register has what it has written
    private static final class Placements implements PlacementRegister {
        private Placement placement = Placement.EMPTY.with(node("d1")).with(node("d2"));
        private long version;

        @Override
        public Written read(Deadline deadline) {
            return new Written(placement, version);
        }

        @Override
        public boolean replace(Written read, Placement next, Deadline deadline) {
            if (read.version() != version) {
                return false;
            }
            placement = next;
            version++;
            return true;
        }

        @Override
        public Placement known() {
            return placement;
        }
    }

    @SuppressWarnings("SameNameButDifferent") // each register has what it has written
    private static final class Records implements PairRegister {
        private @Nullable Written written;
        private Runnable beforeReplace = () -> {};

        @Override
        public @Nullable Written read(Deadline deadline) {
            return written;
        }

        @Override
        public boolean create(PairRecord record, Deadline deadline) {
            if (written != null) {
                return false;
            }
            written = new Written(record, 0);
            return true;
        }

        @Override
        public boolean replace(Written read, PairRecord record, Deadline deadline) {
            Runnable first = beforeReplace;
            beforeReplace = () -> {};
            first.run();
            Written now = Objects.requireNonNull(written);
            if (now.version() != read.version()) {
                return false;
            }
            written = new Written(record, now.version() + 1);
            return true;
        }

        void set(PairRecord record) {
            written = new Written(record, written == null ? 0 : written.version() + 1);
        }

        PairRecord record() {
            return Objects.requireNonNull(written).record();
        }
    }

    private static DataNode node(String name) {
        return new DataNode(name, "a", name + ":1", name + ":2", name + ":3", name + ":4");
    }

    private static PairRecord record(long epoch, Incarnation... members) {
        return new PairRecord(epoch, List.of(members), members[0], "");
    }

    private void live(String name) {
        alive.add(new Node(name, name, "local", "a", Set.of(NodeRole.DATA), new TreeMap<>()));
    }

    private static void assertRefused(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void aDeadNodeIsBarredByTheRecordAndLosesItsPlace() {
        records.set(record(4, D1));
        live("d1");
        places.remove("d2", SOON);
        assertThat(records.record().bars("d2")).isTrue();
        assertThat(records.record().epoch()).isEqualTo(5);
        assertThat(placements.placement.pairs().getFirst().members()).containsExactly(node("d1"));
        assertRefused(ErrorCode.JOIN_REFUSED, "d2 was removed", () -> placements.placement.with(node("d2")));
        assertRefused(ErrorCode.INVALID_REQUEST, "removed before", () -> places.remove("d2", SOON));
    }

    @Test
    void aNodeThatBecomesAMemberMeanwhileKeepsItsPlace() {
        records.set(record(4, D1));
        records.beforeReplace = () -> records.set(record(5, D1, D2));
        assertRefused(ErrorCode.INVALID_REQUEST, "it is a member in epoch 5", () -> places.remove("d2", SOON));
        assertThat(placements.placement.pairOf("d2")).isPresent();
        assertThat(records.record().removed()).isEmpty();
    }

    @Test
    void aRemovalThatWasNotAnsweredIsFinishedByTheNext() {
        records.set(record(4, D1).without("d2"));
        places.remove("d2", SOON);
        assertThat(records.record().epoch()).as("nothing to write").isEqualTo(5);
        assertThat(placements.placement.pairOf("d2")).isEmpty();
    }

    @Test
    void theOnlyNodeOfAPairBecomesItsFirstMember() {
        placements.placement = Placement.EMPTY.with(node("d1"));
        live("d1");
        assertThat(places.proposal("d1", 0, SOON).loss()).startsWith("nothing");
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                "'yes' (expected: 'make d1 the first of a pair')",
                () -> places.override("d1", 0, "yes", SOON));
        assertThat(records.written).isNull();
        places.override("d1", 0, "make d1 the first of a pair", SOON);
        assertThat(records.record().members()).containsExactly(new Incarnation("d1", "00000000"));
        assertThat(records.record().epoch()).as("never the founding epoch").isEqualTo(2);
    }

    @Test
    void aLostRecordIsWrittenAgainOnlyWhileTheOtherMemberIsStopped() {
        live("d2");
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                "that d2 is stopped before",
                () -> places.override("d1", 7, "lose what d1 has not", SOON));
        alive.clear();
        assertThat(places.proposal("d1", 7, SOON).loss()).contains("nobody knows who served last");
        places.override("d1", 7, "lose what d1 has not", SOON);
        assertThat(records.record().epoch()).isEqualTo(8);
    }

    @Test
    void anOverrideKeepsWhoWasRemoved() {
        records.set(record(4, D1).without("d9"));
        String confirmation = places.proposal("d2", 0, SOON).confirmation();
        places.override("d2", 0, confirmation, SOON);
        assertThat(records.record().bars("d9")).isTrue();
        assertRefused(ErrorCode.INVALID_REQUEST, "a member of a pair", () -> places.proposal("d9", 0, SOON));
    }
}
