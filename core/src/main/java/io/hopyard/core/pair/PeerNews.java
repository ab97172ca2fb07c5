package io.hopyard.core.pair;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The last words of the peer, and how long ago they came. Not thread safe. */
final class PeerNews {
    private final long timeoutNanos;
    private @Nullable Heartbeat last;
    private long atNanos;
    private long activeNanos;

    /** Silence counts from the start of this node. */
    PeerNews(Timings timings, long startedNanos) {
        timeoutNanos = timings.heartbeatTimeout().toNanos();
        activeNanos = startedNanos;
    }

    void heard(Heartbeat words, long nowNanos) {
        last = words;
        atNanos = nowNanos;
        if (words.state() != PairState.STARTING && words.state() != PairState.HALTED) {
            activeNanos = nowNanos;
        }
    }

    void forget() {
        last = null;
    }

    void ended(Incarnation incarnation) {
        if (last != null && last.from().equals(incarnation)) {
            last = null;
        }
    }

    /** Null when the peer has been silent for longer than a heartbeat may take. */
    @Nullable
    Heartbeat fresh(long nowNanos) {
        return nowNanos - atNanos <= timeoutNanos ? last : null;
    }

    /** For how long the peer has not been heard to take part in anything, or to want to. */
    Duration inactiveFor(long nowNanos) {
        return Duration.ofNanos(nowNanos - activeNanos);
    }
}
