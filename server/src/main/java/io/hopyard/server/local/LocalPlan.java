package io.hopyard.server.local;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.placement.DataGroup;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes a cluster on one machine has. Zones are {@code a}, {@code b}, {@code c} in turn within each group.
 *
 * @param nodes the founding head first
 */
public record LocalPlan(List<LocalNode> nodes) {
    private static final List<String> ZONES = List.of("a", "b", "c");
    private static final Map<NodeRole, Integer> HEAP_MEBIBYTES = new EnumMap<>(Map.of(
            NodeRole.HEAD, 384, NodeRole.DATA, 448, NodeRole.BROKER, 192, NodeRole.WORKER, 192, NodeRole.API, 256));

    public LocalPlan {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty() || !nodes.getFirst().is(NodeRole.HEAD)) {
            throw new IllegalArgumentException("nodes: " + nodes + " (expected: a head first)");
        }
    }

    /**
     * Three heads, two data nodes, two brokers, three workers over three zones.
     *
     * @param block the first three numbers of the loopback addresses, for example {@code 127.0.20}
     */
    public static LocalPlan full(String block) {
        return of(block, 3, 2, 2, 3);
    }

    /** One head, two data nodes, one broker, one worker. */
    public static LocalPlan small(String block) {
        return of(block, 1, 2, 1, 1);
    }

    public static LocalPlan of(String block, int heads, int data, int brokers, int workers) {
        List<LocalNode> nodes = new ArrayList<>();
        add(nodes, NodeRole.HEAD, heads, block + ".1");
        add(nodes, NodeRole.DATA, data, block + ".2");
        add(nodes, NodeRole.BROKER, brokers, block + ".3");
        add(nodes, NodeRole.WORKER, workers, block + ".4");
        return new LocalPlan(nodes);
    }

    /** The same with nodes that run nothing but the REST API. */
    public LocalPlan withApi(String block, int count) {
        List<LocalNode> all = new ArrayList<>(nodes);
        add(all, NodeRole.API, count, block + ".5");
        return new LocalPlan(all);
    }

    private static void add(List<LocalNode> nodes, NodeRole role, int count, String addresses) {
        if (count > 9) {
            throw new IllegalArgumentException(role + ": " + count + " nodes (expected: at most 9)");
        }
        for (int number = 1; number <= count; number++) {
            nodes.add(new LocalNode(
                    role.name().toLowerCase(java.util.Locale.ROOT) + "-" + number,
                    Set.of(role),
                    ZONES.get((number - 1) % ZONES.size()),
                    addresses + number,
                    HEAP_MEBIBYTES.getOrDefault(role, 256),
                    DataGroup.ALL));
        }
    }

    /** With so many pairs of data nodes. */
    public LocalPlan withPairs(String block, int pairs) {
        List<LocalNode> changed = new ArrayList<>(
                nodes.stream().filter(node -> !node.is(NodeRole.DATA)).toList());
        List<LocalNode> data = new ArrayList<>();
        add(data, NodeRole.DATA, 2 * pairs, block + ".2");
        changed.addAll(heads().size(), data);
        return new LocalPlan(changed);
    }

    /** With the metadata on the first two data nodes alone, and the online rows on the others. */
    public LocalPlan withSplitData() {
        List<LocalNode> changed = new ArrayList<>();
        int data = 0;
        for (LocalNode node : nodes) {
            if (node.is(NodeRole.DATA)) {
                data++;
                changed.add(node.of(data <= 2 ? DataGroup.METADATA : DataGroup.ONLINE));
            } else {
                changed.add(node);
            }
        }
        if (data < 4) {
            throw new IllegalArgumentException(
                    "data nodes: " + data + " (expected: at least 4, of which 2 hold the metadata)");
        }
        return new LocalPlan(changed);
    }

    public LocalNode founder() {
        return nodes.getFirst();
    }

    public List<LocalNode> heads() {
        return nodes.stream().filter(node -> node.is(NodeRole.HEAD)).toList();
    }
}
