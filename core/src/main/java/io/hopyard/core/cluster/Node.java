package io.hopyard.core.cluster;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node as its peers see it. Immutable.
 *
 * @param id made once and kept in the node's data directory; two nodes never share one
 * @param name unique among the nodes that are alive
 * @param addresses {@code host:port} by door, for example {@code rest}
 */
public record Node(
        String id, String name, String region, String zone, Set<NodeRole> roles, SortedMap<String, String> addresses) {
    private static final int FORMAT = 1;
    private static final int ID = 1;
    private static final int NAME = 2;
    private static final int REGION = 3;
    private static final int ZONE = 4;
    private static final int ROLE = 5;
    private static final int ADDRESS = 6;
    private static final char SEPARATOR = '=';

    /** In the order of their names. */
    public static final Comparator<Node> BY_NAME = Comparator.comparing(Node::name);

    public Node {
        if (id.isBlank() || name.isBlank() || region.isBlank() || zone.isBlank() || roles.isEmpty()) {
            throw new IllegalArgumentException("node: id '" + id + "', name '" + name + "', region '" + region
                    + "', zone '" + zone + "', roles " + roles + " (expected: none of them empty)");
        }
        roles = Set.copyOf(roles);
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        writer.put(ID, id).put(NAME, name).put(REGION, region).put(ZONE, zone);
        EnumSet.copyOf(roles).forEach(role -> writer.put(ROLE, role.name()));
        addresses.forEach((door, address) -> writer.put(ADDRESS, door + SEPARATOR + address));
        return writer.toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no node, or of a newer format */
    public static Node decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        List<NodeRole> roles = new ArrayList<>();
        reader.strings(ROLE).forEach(role -> roles.add(NodeRole.valueOf(role)));
        TreeMap<String, String> addresses = new TreeMap<>();
        for (String address : reader.strings(ADDRESS)) {
            int separator = address.indexOf(SEPARATOR);
            addresses.put(address.substring(0, separator), address.substring(separator + 1));
        }
        return new Node(
                reader.string(ID),
                reader.string(NAME),
                reader.string(REGION),
                reader.string(ZONE),
                Set.copyOf(roles),
                addresses);
    }
}
