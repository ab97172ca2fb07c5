package io.hopyard.server.node;

import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.ZooKeeperPlacement;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.Pair;
import io.hopyard.core.placement.Placement;
import io.hopyard.core.placement.PlacementRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.remote.PairClient;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which data nodes the cluster has: this node follows it, and takes its own place when it is one. Thread safe. */
final class DataNodes {
    private static final Logger LOG = LoggerFactory.getLogger(DataNodes.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private final Surroundings around;
    private final ZooKeeperPlacement register;
    private volatile Seen seen = Seen.of(Placement.EMPTY);

    /**
     * What was last made of the placement, so that it is not done for every request.
     *
     * @param metadata number of the pair that holds the metadata; 0 = none yet
     * @param online members of the pairs that share the online rows, by the pairs' numbers
     */
    private record Seen(
            Placement placement,
            int metadata,
            List<PairClient.Member> members,
            SortedMap<Integer, List<PairClient.Member>> online) {
        static Seen of(Placement placement) {
            SortedMap<Integer, List<PairClient.Member>> online = new TreeMap<>();
            placement.online().forEach(pair -> online.put(pair.number(), Seen.members(pair)));
            return new Seen(
                    placement,
                    placement.metadata().map(Pair::number).orElse(0),
                    placement.metadata().map(Seen::members).orElse(List.of()),
                    Collections.unmodifiableSortedMap(online));
        }

        private static List<PairClient.Member> members(Pair pair) {
            return pair.members().stream().map(DataNodes::member).toList();
        }
    }

    DataNodes(Surroundings around, Coordination coordination) {
        this.around = around;
        this.register = new ZooKeeperPlacement(coordination, around.ticker());
    }

    Part part() {
        return new Part(
                "placement",
                () -> register.start(Deadline.after(around.ticker(), around.get(AllSettings.CLUSTER_START_TIMEOUT))),
                register::close);
    }

    /** As last heard. */
    Placement placement() {
        return register.known();
    }

    private Seen seen() {
        Placement now = register.known();
        Seen last = seen;
        if (!last.placement().equals(now)) {
            last = Seen.of(now);
            seen = last;
        }
        return last;
    }

    /** The nodes of the pair that holds the metadata. */
    List<PairClient.Member> members() {
        return seen().members();
    }

    /** The number of that pair, or 0. */
    int metadataPair() {
        return seen().metadata();
    }

    /** Numbers of the pairs that share the online rows, ascending. */
    Set<Integer> onlinePairs() {
        return seen().online().keySet();
    }

    /** The nodes of one of them; none when it is not known. */
    List<PairClient.Member> online(int pair) {
        return seen().online().getOrDefault(pair, List.of());
    }

    private static PairClient.Member member(DataNode node) {
        int colon = node.door().lastIndexOf(':');
        return new PairClient.Member(
                node.name(),
                node.zone(),
                node.door().substring(0, colon),
                Integer.parseInt(node.door().substring(colon + 1)));
    }

    /** Where the placement is written. */
    PlacementRegister register() {
        return register;
    }

    /** Who stands beside that data node now, as far as this node has heard; null for nobody. */
    @Nullable
    DataNode peerOf(String node) {
        return register.known().pairOf(node).flatMap(pair -> pair.peerOf(node)).orElse(null);
    }

    /**
     * Puts this node into its place and waits until its pair is complete, or has served before.
     *
     * @param copies of each row, 1 or 2
     * @param served whether there is a record of the pair, which says by itself whom it waits for
     * @throws FeatureStoreException {@code UNAVAILABLE} when that does not happen in time, {@code JOIN_REFUSED} when the
     *     node was removed
     */
    Pair takePlace(DataNode own, int copies, Predicate<Pair> served, Deadline deadline) {
        Pair pair = write(own, deadline);
        while (pair.members().size() < copies && !served.test(pair)) {
            if (deadline.passed(around.ticker())) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "pair " + pair.number() + ": " + pair.members().size() + " data node (expected: " + copies
                                + "; start another one, or set database.copies to 1)");
            }
            around.waitFor("the other data node of pair " + pair.number());
            pair = register.known().pairOf(own.name()).orElse(pair);
        }
        return pair;
    }

    private Pair write(DataNode own, Deadline deadline) {
        while (true) {
            PlacementRegister.Written read = register.read(Deadline.after(around.ticker(), CALL_TIMEOUT));
            Placement wanted = read.placement().with(own, around.get(AllSettings.NODE_DATA_GROUP));
            boolean stands = wanted.equals(read.placement());
            if (stands || register.replace(read, wanted, Deadline.after(around.ticker(), CALL_TIMEOUT))) {
                Pair pair = wanted.pairOf(own.name()).orElseThrow();
                LOG.atInfo()
                        .addKeyValue("pair", pair.number())
                        .addKeyValue(
                                "members",
                                pair.members().stream().map(DataNode::name).toList())
                        .log("The data node has its place.");
                return pair;
            }
            if (deadline.passed(around.ticker())) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "placement of the data nodes: others change it all the time");
            }
        }
    }
}
