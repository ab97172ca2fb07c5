package io.hopyard.core.routing;

import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request over the members of a pair, until the caller's deadline: whom to ask next, and when. For one
 * thread.
 */
public final class Route {
    private static final int DOUBLINGS_MAX = 3;

    private final Pair pair;
    private final List<MemberTrack> members;
    private final Deadline deadline;
    private final boolean hedged;
    private final long hedgeDelay;
    /** Running attempts by member. */
    private final @Nullable Attempt[] running;
    /** Members in the order of this round, without those that were asked in it. */
    private final List<Integer> left = new ArrayList<>();

    private long notBefore;
    private int rounds;
    private boolean hedgeDecided;

    /**
     * What all requests to a pair share.
     *
     * @param random for the length of pauses; thread safe
     */
    public record Pair(Limits limits, Hedging hedging, Ticker ticker, RandomGenerator random) {}

    /**
     * @param attempt the longest time that one member is waited for in the first round; doubled in each of the next three
     * @param pause between the first round and the second; doubled likewise, and shortened at random by up to a half
     */
    public record Limits(Duration attempt, Duration pause) {
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(1), Duration.ofMillis(20));

        public Limits {
            if (attempt.toMillis() < 1 || pause.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "attempt of " + attempt + ", pause of " + pause + " (expected: at least 1 ms each)");
            }
        }
    }

    private record Attempt(long askedAt, Deadline until) {}

    /** What to do next. */
    public sealed interface Step {
        /** Ask that member; the attempt is over at the deadline. */
        record Ask(int member, Deadline until) implements Step {}

        /** Do nothing until then, or until an attempt ends. */
        record Wait(Deadline until) implements Step {}

        /** The caller's deadline has passed. */
        record Stop() implements Step {}
    }

    private Route(Pair pair, List<MemberTrack> members, Deadline deadline, boolean hedged) {
        this.pair = pair;
        this.members = List.copyOf(members);
        this.deadline = deadline;
        this.hedged = hedged && members.size() == 2;
        this.running = new Attempt[members.size()];
        this.hedgeDelay = pair.hedging().delayNanos();
        this.notBefore = pair.ticker().nanos();
        round(notBefore);
    }

    /** @param members one or two, the preferred one first */
    public static Route ofRead(Pair pair, List<MemberTrack> members, Deadline deadline) {
        pair.hedging().begun();
        return new Route(pair, members, deadline, true);
    }

    /**
     * Of a request that is not asked at two members at the same time.
     *
     * @param members one or two, the preferred one first
     */
    public static Route ofWrite(Pair pair, List<MemberTrack> members, Deadline deadline) {
        return new Route(pair, members, deadline, false);
    }

    private void round(long now) {
        hedgeDecided = false;
        left.clear();
        for (int member = 0; member < members.size(); member++) {
            left.add(member);
        }
        if (left.size() == 2
                && !members.getFirst().mayLead(now)
                && members.getLast().trusted()) {
            left.add(left.removeFirst());
        }
    }

    public Step next() {
        long now = pair.ticker().nanos();
        if (deadline.passed(pair.ticker())) {
            return new Step.Stop();
        }
        Deadline firstEnd = firstEnd();
        if (firstEnd == null) {
            if (now - notBefore < 0) {
                return new Step.Wait(earlier(new Deadline(notBefore), deadline));
            }
            if (left.isEmpty()) {
                round(now);
            }
            return ask(left.getFirst(), now);
        }
        if (!hedged || hedgeDecided || left.isEmpty()) {
            return new Step.Wait(firstEnd);
        }
        int asked = 1 - left.getFirst();
        Attempt attempt = running[asked];
        if (attempt == null) {
            throw new IllegalStateException("member " + left.getFirst() + " is left (expected: the other one runs)");
        }
        long hedgeAt = attempt.askedAt() + hedgeDelay;
        if (now - hedgeAt < 0) {
            return new Step.Wait(earlier(new Deadline(hedgeAt), firstEnd));
        }
        hedgeDecided = true;
        int twin = left.getFirst();
        return pair.hedging().allows(members.get(asked), members.get(twin), attempt.askedAt(), now)
                ? ask(twin, now)
                : new Step.Wait(firstEnd);
    }

    private Step ask(int member, long now) {
        left.removeIf(one -> one == member);
        long length = pair.limits().attempt().toNanos() << Math.min(rounds, DOUBLINGS_MAX);
        Deadline until = earlier(new Deadline(now + length), deadline);
        running[member] = new Attempt(now, until);
        return new Step.Ask(member, until);
    }

    private @Nullable Deadline firstEnd() {
        Deadline first = null;
        for (Attempt attempt : running) {
            if (attempt != null) {
                first = first == null ? attempt.until() : earlier(first, attempt.until());
            }
        }
        return first;
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        return one.atNanos() - other.atNanos() < 0 ? one : other;
    }

    /** The attempt at that member ended without what was asked for; another member, or the same later, may have it. */
    public void failed(int member) {
        long now = pair.ticker().nanos();
        running[member] = null;
        members.get(member).doubt(now);
        if (left.isEmpty() && firstEnd() == null) {
            long pause = pair.limits().pause().toNanos() << Math.min(rounds, DOUBLINGS_MAX);
            notBefore = now + pause - pair.random().nextLong(pause / 2 + 1);
            rounds++;
        }
    }

    /** The attempt at that member ended by an answer that does not count yet: ask again, not before that moment. */
    public void undecided(int member, long notBeforeNanos) {
        running[member] = null;
        left.clear();
        notBefore = notBeforeNanos;
    }
}
