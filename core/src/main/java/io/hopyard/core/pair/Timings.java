package io.hopyard.core.pair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the members of a pair wait for what. No acknowledged write depends on them; strict reads depend on clocks that run
 * at the same rate to within {@link #DRIFT_MARGIN} per lease.
 *
 * @param heartbeat from one heartbeat to the next
 * @param lease how long a granted heartbeat allows strict reads, from the moment it was sent
 * @param failureDetection after which silence the engine gives a node up
 * @param partialStart how long one of two members that both went down waits for the other before it starts alone; longer
 *     than a restart of the peer takes
 * @param ackWait how long a write waits for the register's decision before its outcome is called unknown
 * @param onlineReadStalenessMax how long after the last granted heartbeat online reads go on while the pair is undecided;
 *     zero for strict reads only
 */
public record Timings(
        Duration heartbeat,
        Duration lease,
        Duration failureDetection,
        Duration partialStart,
        Duration ackWait,
        Duration onlineReadStalenessMax) {
    /** Added to a lease by who granted it, because two clocks never run alike. */
    public static final Duration DRIFT_MARGIN = Duration.ofMillis(20);

    /** What was measured to hold: a node that freezes costs writers about two seconds, and readers nothing. */
    public static final Timings DEFAULT = new Timings(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3));

    public Timings {
        List<String> problems = new ArrayList<>();
        if (!heartbeat.isPositive()) {
            problems.add("heartbeat: " + heartbeat + " (expected: > 0)");
        }
        if (heartbeat.multipliedBy(3).compareTo(lease) >= 0) {
            problems.add("lease: " + lease + " (expected: more than 3 heartbeats of " + heartbeat + ")");
        }
        Duration alone = lease.plus(DRIFT_MARGIN);
        if (alone.compareTo(failureDetection) >= 0) {
            problems.add("failure detection: " + failureDetection + " (expected: more than lease and margin, " + alone
                    + ", so that a lease has ended before its holder is given up)");
        }
        if (failureDetection.plus(alone).compareTo(partialStart) >= 0) {
            problems.add(
                    "partial start: " + partialStart + " (expected: more than failure detection, lease and margin, "
                            + failureDetection.plus(alone) + ")");
        }
        if (!ackWait.isPositive()) {
            problems.add("ack wait: " + ackWait + " (expected: > 0)");
        }
        if (!onlineReadStalenessMax.isZero() && onlineReadStalenessMax.compareTo(lease) <= 0) {
            problems.add("online read staleness: " + onlineReadStalenessMax + " (expected: 0 or more than the lease of "
                    + lease + ")");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("timings of a pair: " + String.join("; ", problems));
        }
    }

    /** The same, with another bound for online reads. */
    public Timings withOnlineReadStaleness(Duration max) {
        return new Timings(heartbeat, lease, failureDetection, partialStart, ackWait, max);
    }

    /** After which silence a connection for heartbeats is opened anew, and the peer's last words no longer count. */
    public Duration heartbeatTimeout() {
        return lease.plus(heartbeat.multipliedBy(2));
    }

    /** How often a member reads the record, so that one that lost without noticing learns of it. */
    public Duration recordPoll() {
        return heartbeat.multipliedBy(3);
    }

    /** How long everything must look right before a joiner is made a member. */
    public Duration promotionCalm() {
        return heartbeat.multipliedBy(3);
    }

    /** How long after a grant its giver must not act alone. */
    Duration grantBinds() {
        return lease.plus(DRIFT_MARGIN);
    }
}
