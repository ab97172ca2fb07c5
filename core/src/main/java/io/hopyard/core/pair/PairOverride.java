package io.hopyard.core.pair;

import org.jspecify.annotations.Nullable;

/**
 * An operator's way out when the record cannot be trusted or followed: the register's data are gone, or the disk of the last
 * member is. It names the one node whose disk is to count. That node claims the record when it starts, or halts first if it
 * runs; the other one joins. The other one must be known to be down before: a sole member that cannot reach the register
 * rightly goes on, and would not hear of this.
 *
 * @param record to be written in place of the present one
 * @param loss what may be lost, for people
 * @param confirmation what the operator must type
 */
public record PairOverride(PairRecord record, String loss, String confirmation) {
    /** For the only data node of what is to become a pair. */
    public static PairOverride first(String node, long epochSeen) {
        return new PairOverride(
                PairRecord.overriding(
                        Math.max(epochSeen, RestartRule.FOUNDING) + 1, new Incarnation(node, Incarnation.NO_LIFE)),
                "nothing: no other data node of its pair has rows",
                "make " + node + " the first of a pair");
    }

    /**
     * @param present the record now, null when it is gone
     * @param node whose disk is to count
     * @param epochSeen the highest epoch that any node of the pair still knows, 0 for none; the new epoch is higher
     * @throws IllegalArgumentException when the node was removed from the pair
     */
    public static PairOverride propose(@Nullable PairRecord present, String node, long epochSeen) {
        long known = Math.max(epochSeen, present == null ? 0 : present.epoch());
        // Never the founding epoch, under which a disk that holds rows would not be asked for.
        long epoch = Math.max(known, RestartRule.FOUNDING) + 1;
        Incarnation chosen = new Incarnation(node, Incarnation.NO_LIFE);
        PairRecord next = present == null ? PairRecord.overriding(epoch, chosen) : present.overridden(epoch, chosen);
        if (present == null) {
            return new PairOverride(
                    next,
                    "nobody knows who served last: whatever another node acknowledged alone and " + node
                            + " has not is lost",
                    "lose what " + node + " has not");
        }
        if (present.member(node).isPresent()) {
            return new PairOverride(
                    next,
                    "nothing that was acknowledged, unless the disk of " + node + " was replaced or damaged",
                    "trust the disk of " + node);
        }
        String others = String.join(
                " and ", present.members().stream().map(Incarnation::node).toList());
        return new PairOverride(
                next,
                "every write that " + others + " acknowledged without " + node + ", since epoch " + present.epoch()
                        + " or before",
                "lose what " + others + " has without " + node);
    }

    /** @throws IllegalArgumentException when what was typed is not the confirmation, word by word */
    public PairRecord confirmed(String typed) {
        if (!typed.strip().equals(confirmation)) {
            throw new IllegalArgumentException(
                    "confirmation: '" + typed.strip() + "' (expected: '" + confirmation + "')");
        }
        return record;
    }
}
