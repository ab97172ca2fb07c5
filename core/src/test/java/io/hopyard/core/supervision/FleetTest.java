package io.hopyard.core.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.Placement;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final Deadline SOON = new Deadline(Long.MAX_VALUE);
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);
    private static final Placement PAIR = Placement.EMPTY.with(place("data-1")).with(place("data-2"));

    private final Memory register = new Memory();
    private final List<String> removals = new ArrayList<>();
    private final Fleet fleet = new Fleet(register, () -> PAIR, CLOCK, (node, deadline) -> removals.add(node));

    /** The register in memory; {@code meanwhile} runs once between a read and the write that follows it. */
    private static final class Memory implements NodeRegister {
        private final Map<String, Written> entries = new TreeMap<>();
        private final Map<String, NodeReport> reports = new TreeMap<>();
        private @Nullable Runnable meanwhile;

        @Override
        public List<Registration> registered() {
            return entries.values().stream()
                    .map(Written::registration)
                    .filter(one -> one.wished() != WishedState.REMOVED)
                    .sorted(Comparator.comparing(one -> one.node().name()))
                    .toList();
        }

        @Override
        public Map<String, NodeReport> reports() {
            return reports;
        }

        @Override
        public @Nullable Written read(String name, Deadline deadline) {
            Written read = entries.get(name);
            Runnable other = meanwhile;
            meanwhile = null;
            if (other != null) {
                other.run();
            }
            return read;
        }

        @Override
        public boolean replace(@Nullable Written read, Registration registration, Deadline deadline) {
            String name = registration.node().name();
            Written now = entries.get(name);
            int version = now == null ? -1 : now.version();
            if (version != (read == null ? -1 : read.version())) {
                return false;
            }
            entries.put(name, new Written(Registration.decode(registration.encode()), version + 1));
            return true;
        }
    }

    private static DataNode place(String name) {
        return new DataNode(name, "a", name + ":1", name + ":2", name + ":3", name + ":4");
    }

    private static Node node(String name, NodeRole role) {
        return new Node("id-" + name, name, "r", "a", EnumSet.of(role), new TreeMap<>());
    }

    private void says(String name, NodeState state) {
        NodeReport report = new NodeReport(
                "id-" + name, "1", 5, state, 6, 0, false, false, List.of(new PartReport("health", true, "Serves.")));
        register.reports.put(name, NodeReport.decode(report.encode()));
    }

    @BeforeEach
    void threeHeadsAPairTwoBrokersAndAWorkerServe() {
        for (String name :
                List.of("head-1", "head-2", "head-3", "data-1", "data-2", "broker-1", "broker-2", "worker-1")) {
            NodeRole role = NodeRole.parse(name.substring(0, name.indexOf('-')));
            assertThat(fleet.register(node(name, role), SOON).wished()).isEqualTo(WishedState.SERVING);
            says(name, NodeState.SERVING);
        }
    }

    private void wish(String name, WishedState wish) {
        fleet.wish(name, wish, false, SOON);
    }

    private void refused(String name, WishedState wish, boolean force, String why) {
        assertThatThrownBy(() -> fleet.wish(name, wish, force, SOON))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining(why)
                .extracting(e -> ((FeatureStoreException) e).code())
                .isEqualTo(ErrorCode.NODE_STATE_REFUSED);
        assertThat(fleet.node(name).registration().wished()).isEqualTo(WishedState.SERVING);
    }

    @Test
    void aNodeThatIsRegisteredAndNotSeenIsDown() {
        register.reports.remove("broker-2");
        NodeView view = fleet.node("broker-2");
        assertThat(view.stateWord()).isEqualTo("down");
        assertThat(view.trouble()).contains("Is not seen, though it should be serving.");
        assertThat(fleet.nodes()).hasSize(8).allMatch(node -> node.healthy() != node.down());
    }

    @Test
    void anUnknownNameNamesTheNearest() {
        assertThatThrownBy(() -> wish("brokr-2", WishedState.DRAINING))
                .hasMessageContaining("'brokr-2'")
                .hasMessageContaining("'broker-2'");
    }

    @Test
    void theLastBrokerNeedsForce() {
        wish("broker-1", WishedState.DRAINING); // not heard yet, but it counts no more
        refused("broker-2", WishedState.STOPPED, false, "is the last broker that serves (expected: another broker");
        fleet.wish("broker-2", WishedState.STOPPED, true, SOON);
        assertThat(fleet.node("broker-2").registration())
                .isEqualTo(new Registration(node("broker-2", NodeRole.BROKER), WishedState.STOPPED, 1_000_000));
    }

    @Test
    void theLastWorkerNeedsForce() {
        refused("worker-1", WishedState.DRAINING, false, "is the last worker");
        fleet.wish("worker-1", WishedState.DRAINING, true, SOON);
    }

    @Test
    void noForceTakesTheMajorityOfTheHeads() {
        wish("head-3", WishedState.STOPPED);
        says("head-3", NodeState.STOPPED);
        refused("head-2", WishedState.STOPPED, true, "that 2 of the other heads serve");
        wish("head-2", WishedState.DRAINING);
        refused("head-1", WishedState.DRAINING, false, "is the last head");
        wish("head-3", WishedState.SERVING);
    }

    @Test
    void noForceTakesTheLastDataNodeOfAPair() {
        wish("data-2", WishedState.STOPPED);
        refused(
                "data-1",
                WishedState.STOPPED,
                true,
                "is the last data node of pair 1 that serves (expected: that data-2");
        refused("data-1", WishedState.DRAINING, true, "is the last data node of pair 1");
    }

    @Test
    void aPeerThatIsNotHealthyIsNoPeer() {
        register.reports.put(
                "data-2",
                new NodeReport(
                        "id-data-2",
                        "1",
                        5,
                        NodeState.SERVING,
                        6,
                        0,
                        false,
                        false,
                        List.of(new PartReport("database", false, "Its copy is being filled."))));
        refused("data-1", WishedState.STOPPED, true, "is the last data node of pair 1");
    }

    @Test
    void onlyANodeThatRestsAndHoldsNothingCanBeRemoved() {
        refused("broker-1", WishedState.REMOVED, true, "is serving (expected: a node that is stopped or down)");
        register.reports.remove("broker-1");
        wish("broker-1", WishedState.REMOVED);
        assertThat(removals).containsExactly("broker-1");
        assertThat(fleet.nodes()).extracting(NodeView::name).doesNotContain("broker-1");
        register.reports.remove("data-1");
        refused("data-1", WishedState.REMOVED, true, "holds a copy of the rows of pair 1");
        register.reports.remove("head-1");
        refused("head-1", WishedState.REMOVED, true, "is a head");
    }

    @Test
    void aRemovedNodeDoesNotComeBackButItsNameMay() {
        register.reports.remove("broker-1");
        wish("broker-1", WishedState.REMOVED);
        assertThatThrownBy(() -> fleet.register(node("broker-1", NodeRole.BROKER), SOON))
                .hasMessageContaining("was removed");
        Node other = new Node("other", "broker-1", "r", "b", EnumSet.of(NodeRole.BROKER), new TreeMap<>());
        assertThat(fleet.register(other, SOON).wished()).isEqualTo(WishedState.SERVING);
        assertThat(fleet.node("broker-1").registration().node()).isEqualTo(other);
    }

    @Test
    void aNameOfANodeThatIsAliveIsTaken() {
        Node other = new Node("other", "broker-1", "r", "b", EnumSet.of(NodeRole.BROKER), new TreeMap<>());
        assertThatThrownBy(() -> fleet.register(other, SOON)).hasMessageContaining("alive with another id");
    }

    @Test
    void aWishStandsWhenItsNodeStartsAgain() {
        wish("broker-1", WishedState.STOPPED);
        Node moved = new Node("id-broker-1", "broker-1", "r", "c", EnumSet.of(NodeRole.BROKER), new TreeMap<>());
        Registration again = fleet.register(moved, SOON);
        assertThat(again.wished()).isEqualTo(WishedState.STOPPED);
        assertThat(again.node().zone()).isEqualTo("c");
    }

    @Test
    void whoeverChangesAnEntryMeanwhileIsNotOverwritten() {
        Node moved = new Node("id-broker-1", "broker-1", "r", "z", EnumSet.of(NodeRole.BROKER), new TreeMap<>());
        register.meanwhile = () -> fleet.register(moved, SOON);
        wish("broker-1", WishedState.DRAINING);
        Registration now = fleet.node("broker-1").registration();
        assertThat(now.node().zone()).isEqualTo("z");
        assertThat(now.wished()).isEqualTo(WishedState.DRAINING);
    }
}
