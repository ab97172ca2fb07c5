package io.hopyard.core.pair;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node whose engine was started makes of the record that it has just read. It is a member as long as the record names
 * this very life of it, and never for another reason.
 */
final class RecordRule {
    /** What follows. */
    sealed interface Reading {
        record Stay() implements Reading {}

        record Both() implements Reading {}

        record Arbitrate() implements Reading {}

        /** The joiner was removed for good, and can never become a member any more. */
        record Alone() implements Reading {}

        record Write(List<Incarnation> members, String why) implements Reading {}

        record Halt() implements Reading {}
    }

    /**
     * @param peer as in {@link PairView}
     * @param copiesSeen that both copies are complete was seen since the state was entered, by the one who is to write that
     */
    record Situation(PairState state, @Nullable Incarnation peer, boolean engineUp, boolean copiesSeen) {}

    private final Incarnation me;

    RecordRule(Incarnation me) {
        this.me = me;
    }

    Reading next(PairRecord record, Situation situation) {
        if (record.bars(me.node()) && situation.state() != PairState.HALTED) {
            return new Reading.Halt();
        }
        List<Incarnation> members = record.members();
        boolean alone = members.equals(List.of(me));
        Incarnation peer = situation.peer();
        boolean withPeer = peer != null && members.size() == 2 && record.has(me) && record.has(peer);
        return switch (situation.state()) {
            case STARTING, SOLO -> alone ? new Reading.Stay() : new Reading.Halt();
            case SYSTEM_RESTART -> together(record, situation, withPeer);
            case JOINING -> {
                if (withPeer && situation.engineUp()) {
                    yield new Reading.Both();
                }
                boolean sponsored = members.size() == 1 && members.getFirst().equals(peer);
                yield withPeer || sponsored ? new Reading.Stay() : new Reading.Halt();
            }
            case BOTH -> {
                if (alone) {
                    yield new Reading.Arbitrate();
                }
                yield withPeer ? new Reading.Stay() : new Reading.Halt();
            }
            case PROMOTING -> promoting(record, situation, alone, withPeer);
            // Also when alone already: the write makes every older request of this node void, wherever it still lies.
            case ARBITRATING ->
                record.has(me) ? new Reading.Write(List.of(me), "lost sight of the other member") : new Reading.Halt();
            case HALTED -> new Reading.Stay();
        };
    }

    private Reading together(PairRecord record, Situation situation, boolean withPeer) {
        if (withPeer) {
            return situation.engineUp() ? new Reading.Both() : new Reading.Stay();
        }
        boolean named = record.members().size() == 2 && record.member(me.node()).isPresent();
        if (!named || record.has(me)) {
            return new Reading.Halt();
        }
        Incarnation peer = situation.peer();
        return situation.copiesSeen() && peer != null
                ? new Reading.Write(List.of(me, peer), "both started again")
                : new Reading.Stay();
    }

    private Reading promoting(PairRecord record, Situation situation, boolean alone, boolean withPeer) {
        if (withPeer) {
            return new Reading.Both();
        }
        if (!alone) {
            return new Reading.Halt();
        }
        Incarnation peer = situation.peer();
        if (peer != null && record.bars(peer.node())) {
            return new Reading.Alone();
        }
        return situation.copiesSeen() && peer != null
                ? new Reading.Write(List.of(me, peer), "the joiner is complete")
                : new Reading.Stay();
    }
}
