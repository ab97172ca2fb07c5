package io.hopyard.core.pair;

import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * May a write begin, and may it be acknowledged? With a peer the answer needs no clock: an acknowledgement says that the
 * engine has the write on both copies, and that stays true however long this process is stopped before the answer leaves it.
 * The idea is that of arbitration in NDB: who cannot tell whether the other side goes on does not answer.
 */
public final class WriteRule {
    /** What to do with a write that the engine has committed. */
    public enum Ack {
        YES,
        /** Undecided: ask again when the view has changed or {@link PairView#aloneFromNanos} has come. */
        WAIT,
        /** Nobody here will ever know: the outcome is unknown. */
        UNKNOWN
    }

    private WriteRule() {}

    /** Whether a new write may be given to the engine; if not it is refused, and surely has not happened. */
    public static boolean mayExecute(PairView view, long nowNanos) {
        return view.servesWithPeer() || view.servesAlone(nowNanos);
    }

    /**
     * Asked after the engine's call has returned.
     *
     * @param views the published view; read again after the look into the ring, because a node leaves the ring first and is
     *     suspected then
     * @param inRing whether the engine's own ring holds that process, excluded or not
     */
    public static Ack ack(Supplier<PairView> views, Predicate<Incarnation> inRing, long nowNanos) {
        PairView view = views.get();
        return switch (view.state()) {
            case SOLO -> view.servesAlone(nowNanos) ? Ack.YES : Ack.WAIT;
            case BOTH, PROMOTING -> stillBoth(view, views, inRing) ? Ack.YES : Ack.WAIT;
            case ARBITRATING -> Ack.WAIT;
            case STARTING, SYSTEM_RESTART, JOINING, HALTED -> Ack.UNKNOWN;
        };
    }

    private static boolean stillBoth(PairView view, Supplier<PairView> views, Predicate<Incarnation> inRing) {
        Incarnation peer = view.peer();
        if (peer == null || !inRing.test(peer)) {
            return false;
        }
        PairView after = views.get();
        return after.servesWithPeer() && peer.equals(after.peer());
    }
}
