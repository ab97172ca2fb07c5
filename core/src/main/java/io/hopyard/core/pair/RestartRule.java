package io.hopyard.core.pair;

import io.hopyard.core.pair.PairAction.How;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node whose engine does not run yet may come into service. It trusts the record only, never its own past: what its
 * disk holds may be old. The founding record, of epoch 1, lets nobody serve; it only says who will be the first members.
 */
final class RestartRule {
    static final long FOUNDING = 1;

    /** What to do next. */
    sealed interface Next {
        record Wait(PairState as, String why) implements Next {}

        /** Write the founding record. */
        record Found(PairRecord record) implements Next {}

        /** Become the only member by compare-and-set, then start alone. */
        record Claim(String why) implements Next {}

        /** @param beside the process that should be found in the ring, null for none */
        record Start(PairState as, How how, @Nullable Incarnation beside) implements Next {}
    }

    private final Timings timings;
    private final Incarnation me;

    RestartRule(Timings timings, Incarnation me) {
        this.timings = timings;
        this.me = me;
    }

    /**
     * What this node knows of itself.
     *
     * @param peerNode null while nobody is named to stand beside it
     */
    record Self(Disk disk, @Nullable String peerNode) {}

    /** @param record just read, null for none */
    Next next(@Nullable PairRecord record, Self self, PeerNews news, long nowNanos) {
        if (record == null) {
            return withoutRecord(self);
        }
        if (record.bars(me.node())) {
            return wait("this node was removed from its pair for good: an empty node of another name takes its place");
        }
        if (record.member(me.node()).isEmpty()) {
            return join(record, news.fresh(nowNanos));
        }
        if (self.disk == Disk.EMPTY && record.epoch() > FOUNDING) {
            return wait(
                    "the record names this node, but its disk is empty: the other member must take it in, or an operator"
                            + " decide");
        }
        if (record.members().size() == 1) {
            return new Next.Claim("last member starts again");
        }
        return bothWereMembers(record, news, nowNanos);
    }

    private Next withoutRecord(Self self) {
        if (self.disk == Disk.MARKED) {
            return wait("there is no record, but this node has served before: an operator must say who served last");
        }
        String peerNode = self.peerNode;
        if (peerNode == null) {
            return wait("the other data node of the pair must be known");
        }
        return found(List.of(me.node(), peerNode));
    }

    /** Names nodes, but no life of theirs: nobody is a member yet. */
    private Next found(List<String> nodes) {
        List<Incarnation> members = nodes.stream()
                .sorted()
                .map(node -> new Incarnation(node, Incarnation.NO_LIFE))
                .toList();
        return new Next.Found(new PairRecord(FOUNDING, members, me, "founded"));
    }

    private static Next join(PairRecord record, @Nullable Heartbeat peer) {
        Incarnation sponsor = record.members().getFirst();
        boolean ready = record.members().size() == 1
                && peer != null
                && peer.from().equals(sponsor)
                && peer.state() == PairState.SOLO;
        return ready
                ? new Next.Start(PairState.JOINING, How.JOINER, sponsor)
                : wait(record.members() + " must serve before this node can join");
    }

    private Next bothWereMembers(PairRecord record, PeerNews news, long nowNanos) {
        Heartbeat peer = news.fresh(nowNanos);
        if (peer != null && peer.state() == PairState.SYSTEM_RESTART && peer.epoch() == record.epoch()) {
            return together(peer);
        }
        // Safe although the peer may serve, cut off from here: what two members acknowledged is on both disks.
        if (record.epoch() > FOUNDING && news.inactiveFor(nowNanos).compareTo(timings.partialStart()) >= 0) {
            return new Next.Claim("the other member stays away");
        }
        return new Next.Wait(PairState.SYSTEM_RESTART, "the other member must start too, or exclude this one");
    }

    private Next together(Heartbeat peer) {
        if (me.compareTo(peer.from()) < 0) {
            return new Next.Start(PairState.SYSTEM_RESTART, How.FIRST_OF_TWO, null);
        }
        return peer.engineUp()
                ? new Next.Start(PairState.SYSTEM_RESTART, How.SECOND_OF_TWO, peer.from())
                : new Next.Wait(PairState.SYSTEM_RESTART, "the engine of " + peer.from() + " must run first");
    }

    private static Next wait(String why) {
        return new Next.Wait(PairState.STARTING, why);
    }
}
