package io.hopyard.core.pair;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may serve the rows of a pair: the arbitration record. It is changed by compare-and-set only, and each change raises
 * the epoch by one.
 *
 * @param epoch 1 or more
 * @param members one or two, of different nodes; who is not among them must not serve
 * @param removed names of nodes that were taken out of the pair for good: none of them can become a member again,
 *     whatever is still under way. At most {@link #REMOVED_MAX}
 * @param by who wrote it
 * @param why for people, at most 200 characters
 */
public record PairRecord(long epoch, List<Incarnation> members, List<String> removed, Incarnation by, String why) {
    /** More would make the stored form too large for the register. */
    public static final int REMOVED_MAX = 4_096;

    public static final int WHY_MAX = 200;

    private static final int FORMAT = 1;
    private static final int EPOCH = 1;
    private static final int MEMBER = 2;
    private static final int BY = 3;
    private static final int WHY = 4;
    private static final int REMOVED = 5;

    private static final Incarnation OPERATOR = new Incarnation("operator", Incarnation.NO_LIFE);

    public PairRecord {
        members = List.copyOf(members);
        removed = removed.stream().sorted().distinct().toList();
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch of a pair: " + epoch + " (expected: >= 1)");
        }
        if (members.isEmpty()
                || members.size() > 2
                || members.stream().map(Incarnation::node).distinct().count() != members.size()) {
            throw new IllegalArgumentException("members of a pair: " + members + " (expected: one or two nodes)");
        }
        if (removed.size() > REMOVED_MAX
                || members.stream().map(Incarnation::node).anyMatch(removed::contains)) {
            throw new IllegalArgumentException("nodes removed from a pair: " + removed + " (expected: at most "
                    + REMOVED_MAX + ", and none of " + members + ")");
        }
        if (why.length() > WHY_MAX) {
            throw new IllegalArgumentException(
                    "reason of a pair's record: " + why.length() + " characters (expected: at most " + WHY_MAX + ")");
        }
    }

    /** Of a pair from which nobody was removed. */
    public PairRecord(long epoch, List<Incarnation> members, Incarnation by, String why) {
        this(epoch, members, List.of(), by, why);
    }

    /** Whether that node was removed for good. */
    public boolean bars(String node) {
        return removed.contains(node);
    }

    /**
     * The record that follows when an operator removes a node for good.
     *
     * @throws IllegalArgumentException when it is a member
     */
    public PairRecord without(String node) {
        List<String> more = new ArrayList<>(removed);
        more.add(node);
        return new PairRecord(epoch + 1, members, more, OPERATOR, "an operator removed " + node);
    }

    /** The record that an operator writes in place of this one. */
    PairRecord overridden(long newEpoch, Incarnation chosen) {
        return overriding(newEpoch, chosen, removed);
    }

    /** The record that an operator writes when there is none any more. */
    static PairRecord overriding(long epoch, Incarnation chosen) {
        return overriding(epoch, chosen, List.of());
    }

    private static PairRecord overriding(long epoch, Incarnation chosen, List<String> removed) {
        return new PairRecord(epoch, List.of(chosen), removed, OPERATOR, "override by an operator");
    }

    public boolean has(Incarnation incarnation) {
        return members.contains(incarnation);
    }

    /** The member of that node, in whichever life. */
    public Optional<Incarnation> member(String node) {
        return members.stream().filter(member -> member.node().equals(node)).findFirst();
    }

    /** The record that follows this one. */
    public PairRecord next(List<Incarnation> newMembers, Incarnation writer, String reason) {
        return new PairRecord(epoch + 1, newMembers, removed, writer, reason);
    }

    /** The stored form. */
    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        writer.put(EPOCH, epoch);
        members.forEach(member -> writer.put(MEMBER, member.toString()));
        removed.forEach(node -> writer.put(REMOVED, node));
        return writer.put(BY, by.toString()).put(WHY, why).toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no record, or of a newer format */
    public static PairRecord decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new PairRecord(
                reader.number(EPOCH),
                reader.strings(MEMBER).stream().map(Incarnation::parse).toList(),
                reader.strings(REMOVED),
                Incarnation.parse(reader.string(BY)),
                reader.string(WHY));
    }
}
