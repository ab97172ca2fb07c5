package io.hopyard.core.cluster;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What the others know of a node. Immutable.
 *
 * @param id of the node's data directory: the same after a restart, another after the directory was lost
 * @param name unique in the cluster
 * @param zone availability zone that it stands in
 * @param region that all nodes of one cluster share
 * @param addresses of its doors, {@code host:port} by the door's name
 * @param version of Hopyard that it runs
 */
public record NodeInfo(
        UUID id,
        String name,
        Set<NodeRole> roles,
        String zone,
        String region,
        Map<String, String> addresses,
        String version) {
    private static final int FORMAT = 1;
    private static final int ID = 1;
    private static final int NAME = 2;
    private static final int ROLE = 3;
    private static final int ZONE = 4;
    private static final int REGION = 5;
    private static final int DOOR = 6;
    private static final int VERSION = 7;
    private static final int DOOR_NAME = 1;
    private static final int DOOR_ADDRESS = 2;

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}");

    public NodeInfo {
        checkWord("node name", name);
        checkWord("zone", zone);
        checkWord("region", region);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles of node " + name + ": none (expected: at least one)");
        }
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    private static void checkWord(String what, String value) {
        if (!WORD.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: 1 to 63 letters, digits, '.', '_' or '-', no '.' first)");
        }
    }

    /** As a stored record. */
    public byte[] toBytes() {
        return new RecordWriter(FORMAT)
                .put(ID, id.toString())
                .put(NAME, name)
                .putStrings(ROLE, roles.stream().map(NodeRole::name).toList())
                .put(ZONE, zone)
                .put(REGION, region)
                .putRecords(
                        DOOR,
                        addresses.entrySet().stream()
                                .map(door -> new RecordWriter(FORMAT)
                                        .put(DOOR_NAME, door.getKey())
                                        .put(DOOR_ADDRESS, door.getValue())
                                        .toBytes())
                                .toList())
                .put(VERSION, version)
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no such record */
    public static NodeInfo of(byte[] bytes) {
        RecordReader record = RecordReader.of(bytes, FORMAT);
        List<RecordReader> doors = record.records(DOOR).stream()
                .map(door -> RecordReader.of(door, FORMAT))
                .toList();
        Map<String, String> addresses = new TreeMap<>();
        doors.forEach(door -> addresses.put(door.string(DOOR_NAME), door.string(DOOR_ADDRESS)));
        Set<NodeRole> roles = new TreeSet<>();
        record.strings(ROLE).forEach(role -> roles.add(NodeRole.valueOf(role)));
        return new NodeInfo(
                UUID.fromString(record.string(ID)),
                record.string(NAME),
                roles,
                record.string(ZONE),
                record.string(REGION),
                addresses,
                record.string(VERSION));
    }
}
