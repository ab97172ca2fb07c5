package io.hopyard.core.placement;

import java.util.List;
import java.util.Optional;

/**
 * A pair of data nodes; each holds every row of it. Immutable.
 *
 * @param number 1 or more, never used again
 * @param group what it holds; all members alike
 * @param members one or two, in the order in which they came
 */
public record Pair(int number, DataGroup group, List<DataNode> members) {
    /** A pair that holds whatever there is. */
    public Pair(int number, List<DataNode> members) {
        this(number, DataGroup.ALL, members);
    }

    public Pair {
        members = List.copyOf(members);
        if (number < 1) {
            throw new IllegalArgumentException("number of a pair: " + number + " (expected: >= 1)");
        }
        if (members.isEmpty()
                || members.size() > 2
                || members.stream().map(DataNode::name).distinct().count() != members.size()) {
            throw new IllegalArgumentException(
                    "members of pair " + number + ": " + members + " (expected: one or two nodes)");
        }
    }

    public Optional<DataNode> member(String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }

    /** The member beside that one. */
    public Optional<DataNode> peerOf(String name) {
        return members.stream().filter(member -> !member.name().equals(name)).findFirst();
    }

    /** The same pair of other nodes. */
    Pair withMembers(List<DataNode> others) {
        return new Pair(number, group, others);
    }

    boolean hasRoom() {
        return members.size() == 1;
    }

    boolean stands(String zone) {
        return members.stream().anyMatch(member -> member.zone().equals(zone));
    }
}
