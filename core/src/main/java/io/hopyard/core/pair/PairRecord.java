package io.hopyard.core.pair;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.List;
import java.util.Optional;

/**
 * Who may serve the rows of a pair: the arbitration record. It is changed by compare-and-set only, and each change raises
 * the epoch by one.
 *
 * @param epoch 1 or more
 * @param members one or two, of different nodes; who is not among them must not serve
 * @param by who wrote it
 * @param why for people, at most 200 characters
 */
public record PairRecord(long epoch, List<Incarnation> members, Incarnation by, String why) {
    public static final int WHY_MAX = 200;

    private static final int FORMAT = 1;
    private static final int EPOCH = 1;
    private static final int MEMBER = 2;
    private static final int BY = 3;
    private static final int WHY = 4;

    public PairRecord {
        members = List.copyOf(members);
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch of a pair: " + epoch + " (expected: >= 1)");
        }
        if (members.isEmpty()
                || members.size() > 2
                || members.stream().map(Incarnation::node).distinct().count() != members.size()) {
            throw new IllegalArgumentException("members of a pair: " + members + " (expected: one or two nodes)");
        }
        if (why.length() > WHY_MAX) {
            throw new IllegalArgumentException(
                    "reason of a pair's record: " + why.length() + " characters (expected: at most " + WHY_MAX + ")");
        }
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
        return new PairRecord(epoch + 1, newMembers, writer, reason);
    }

    /** The stored form. */
    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        writer.put(EPOCH, epoch);
        members.forEach(member -> writer.put(MEMBER, member.toString()));
        return writer.put(BY, by.toString()).put(WHY, why).toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no record, or of a newer format */
    public static PairRecord decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new PairRecord(
                reader.number(EPOCH),
                reader.strings(MEMBER).stream().map(Incarnation::parse).toList(),
                Incarnation.parse(reader.string(BY)),
                reader.string(WHY));
    }
}
