package io.hopyard.core.placement;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All pairs of a cluster, and where a new data node goes. The first pair that may hold the metadata does. Immutable; the stored one is
 * changed by compare-and-set.
 *
 * @param pairs in the order of their numbers
 * @param removed names of data nodes that were taken out for good; none of them is ever let in again, since its disk holds
 *     rows that are old. At most {@link #REMOVED_MAX}
 */
public record Placement(List<Pair> pairs, List<String> removed) {
    /** Before the first data node came. */
    public static final Placement EMPTY = new Placement(List.of(), List.of());

    /** More would make the stored form too large for the register. */
    public static final int REMOVED_MAX = 4_096;

    private static final int FORMAT = 1;
    private static final int PAIR = 1;
    private static final int REMOVED = 2;
    private static final int NUMBER = 1;
    private static final int MEMBER = 2;
    private static final int GROUP = 3;
    private static final int NAME = 1;
    private static final int ZONE = 2;
    private static final int DOOR = 3;
    private static final int RING = 4;
    private static final int EXCHANGE = 5;
    private static final int LEASE = 6;

    public Placement {
        removed = removed.stream().sorted().toList();
        pairs = pairs.stream().sorted(Comparator.comparingInt(Pair::number)).toList();
        long numbers = pairs.stream().map(Pair::number).distinct().count();
        List<String> names = pairs.stream()
                .flatMap(pair -> pair.members().stream())
                .map(DataNode::name)
                .toList();
        boolean back = removed.stream().anyMatch(names::contains);
        if (back || removed.size() > REMOVED_MAX) {
            throw new IllegalArgumentException("removed data nodes: " + removed + " (expected: at most " + REMOVED_MAX
                    + ", and none of " + names + ")");
        }
        if (numbers != pairs.size() || names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("pairs: " + pairs + " (expected: each number and each node once)");
        }
    }

    public Placement(List<Pair> pairs) {
        this(pairs, List.of());
    }

    public Optional<Pair> pairOf(String node) {
        return pairs.stream().filter(pair -> pair.member(node).isPresent()).findFirst();
    }

    /** The pair that holds the metadata. */
    public Optional<Pair> metadata() {
        return pairs.stream().filter(pair -> pair.group().holdsMetadata()).findFirst();
    }

    /** Those that share the online rows. */
    public List<Pair> online() {
        return pairs.stream().filter(pair -> pair.group().holdsOnlineRows()).toList();
    }

    /** With a node that holds whatever there is. */
    public Placement with(DataNode node) {
        return with(node, DataGroup.ALL);
    }

    /**
     * With the node in its place: where it was, with its addresses of now; else beside a member that stands alone, rather
     * in another zone than in its own; else first of a new pair. Pairs are of one group.
     *
     * @throws FeatureStoreException {@code JOIN_REFUSED} when it was removed, {@code INVALID_REQUEST} when it has its place
     *     in a pair of another group
     */
    public Placement with(DataNode node, DataGroup group) {
        if (removed.contains(node.name())) {
            throw new FeatureStoreException(
                    ErrorCode.JOIN_REFUSED,
                    "data node: " + node.name() + " was removed from the cluster (expected: an empty node of another"
                            + " name)");
        }
        Optional<Pair> place = pairOf(node.name())
                .or(() -> pairs.stream()
                        .filter(pair -> pair.hasRoom() && pair.group() == group)
                        .min(Comparator.comparing((Pair pair) -> pair.stands(node.zone()))
                                .thenComparingInt(Pair::number)));
        List<Pair> changed = new ArrayList<>(pairs);
        if (place.isEmpty()) {
            int last = pairs.isEmpty() ? 0 : pairs.getLast().number();
            changed.add(new Pair(last + 1, group, List.of(node)));
            return new Placement(changed, removed);
        }
        Pair old = place.get();
        if (old.group() != group) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "data group of node " + node.name() + ": " + group + " (expected: " + old.group()
                            + ", that of its pair " + old.number() + ")");
        }
        List<DataNode> members = new ArrayList<>();
        old.members().forEach(member -> members.add(member.name().equals(node.name()) ? node : member));
        if (old.member(node.name()).isEmpty()) {
            members.add(node);
        }
        changed.set(pairs.indexOf(old), old.withMembers(members));
        return new Placement(changed, removed);
    }

    /**
     * Without a node that will not come back, so that another one can take its place. Whether that may be done now is for
     * {@link RemovalRule}.
     *
     * @throws FeatureStoreException {@code INVALID_REQUEST} when it is in no pair, or the only member of one: its rows
     *     would be lost
     */
    public Placement without(String node) {
        Pair old = pairOf(node)
                .orElseThrow(() -> new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST, "data node: " + node + " (expected: a member of a pair)"));
        if (old.hasRoom()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "data node: " + node + " (expected: one beside which another holds the rows of pair " + old.number()
                            + ")");
        }
        if (removed.size() == REMOVED_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "removed data nodes: " + removed.size() + " already (expected: fewer than " + REMOVED_MAX + ")");
        }
        List<Pair> changed = new ArrayList<>(pairs);
        changed.set(
                pairs.indexOf(old),
                old.withMembers(old.members().stream()
                        .filter(member -> !member.name().equals(node))
                        .toList()));
        List<String> gone = new ArrayList<>(removed);
        gone.add(node);
        return new Placement(changed, gone);
    }

    /** The stored form. */
    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        for (Pair pair : pairs) {
            RecordWriter inner = new RecordWriter(FORMAT).put(NUMBER, (long) pair.number());
            if (pair.group() != DataGroup.ALL) {
                inner.put(GROUP, (long) pair.group().code());
            }
            for (DataNode member : pair.members()) {
                inner.put(
                        MEMBER,
                        new RecordWriter(FORMAT)
                                .put(NAME, member.name())
                                .put(ZONE, member.zone())
                                .put(DOOR, member.door())
                                .put(RING, member.ring())
                                .put(EXCHANGE, member.exchange())
                                .put(LEASE, member.lease())
                                .toBytes());
            }
            writer.put(PAIR, inner.toBytes());
        }
        removed.forEach(name -> writer.put(REMOVED, name));
        return writer.toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are none, or of a newer format */
    public static Placement decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Placement(reader.records(PAIR).stream().map(Placement::pair).toList(), reader.strings(REMOVED));
    }

    private static Pair pair(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Pair(
                Math.toIntExact(reader.number(NUMBER)),
                DataGroup.of(reader.number(GROUP, 0)),
                reader.records(MEMBER).stream().map(Placement::member).toList());
    }

    private static DataNode member(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new DataNode(
                reader.string(NAME),
                reader.string(ZONE),
                reader.string(DOOR),
                reader.string(RING),
                reader.string(EXCHANGE),
                reader.string(LEASE));
    }
}
