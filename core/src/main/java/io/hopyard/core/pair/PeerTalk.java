package io.hopyard.core.pair;

import io.hopyard.core.pair.Heartbeat.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One member's conversation with its peer: what was heard, what was promised, and by whom. Not thread safe. */
final class PeerTalk {
    private final PeerNews news;
    private final LeaseRule grants;
    private @Nullable Lease lease;

    PeerTalk(Timings timings, long nowNanos) {
        news = new PeerNews(timings, nowNanos);
        grants = new LeaseRule(timings, nowNanos);
    }

    PeerNews news() {
        return news;
    }

    /** The last promise that this node was given. */
    @Nullable
    Lease lease() {
        return lease;
    }

    void forgetLease() {
        lease = null;
    }

    long aloneFromNanos() {
        return grants.aloneFromNanos();
    }

    boolean awayFor(Duration time, long nowNanos) {
        return news.inactiveFor(nowNanos).compareTo(time) >= 0;
    }

    /** Decides about a question of the peer, and is bound by the answer from then on. */
    Verdict asked(Heartbeat ask, PairView view, @Nullable PairRecord record, long nowNanos) {
        news.heard(ask, nowNanos);
        Verdict verdict = LeaseRule.verdict(view, record, ask);
        if (verdict == Verdict.GRANT) {
            grants.granted(ask.from(), nowNanos);
        }
        return verdict;
    }

    /** A promise counts for who has a part in serving; a joiner needs none, and must not begin with an old one. */
    void answered(Heartbeat.Answer answer, PairState state, long sentNanos, long nowNanos) {
        Incarnation from = answer.self().from();
        news.heard(answer.self(), nowNanos);
        boolean granted = answer.verdict() == Verdict.GRANT && state.claimsMembership();
        boolean newer = lease == null || !lease.grantor().equals(from) || sentNanos - lease.sentNanos() > 0;
        if (granted && newer) {
            lease = new Lease(from, sentNanos);
        }
    }

    /** Another node stands beside this one from now on: what the former one said does not count for it. */
    void forgetNews() {
        news.forget();
    }

    void ended(Incarnation incarnation) {
        grants.ended(incarnation);
        news.ended(incarnation);
    }
}
