package io.hopyard.core.supervision;

import java.time.Duration;

/**
 * What a node's supervisor does next: it moves the node's services towards what is wished, and starts them again after
 * failures. It is told what it sees ({@link #next}) and how its orders went ({@link #started}, {@link #failed},
 * {@link #stopped}); an order that takes time is never given twice. Used by one thread; times are those of a ticker.
 */
public final class Supervision {
    private final Patience patience;
    private final RestartBudget budget;
    private NodeState state = NodeState.STOPPED;
    private boolean interrupted;
    private boolean restartWanted;
    private boolean broken;
    private long brokenSince;
    private long drainUntil;
    private long restartAt;
    private int restarts;

    /**
     * @param brokenMax how long a part that only a restart can heal may be broken
     * @param drainMax after so long a drain ends, also when somebody still comes
     */
    public record Patience(Duration brokenMax, Duration drainMax) {}

    /** What to do now. */
    public enum Action {
        NONE,
        /** Start all services, and say {@link #started} or {@link #failed}. */
        START,
        /** End the start that is on its way, which then fails. */
        INTERRUPT,
        /** Begin to drain. */
        DRAIN,
        /** Take requests again. */
        RESUME,
        /** Close all services, and say {@link #stopped}. */
        STOP
    }

    /**
     * What is seen.
     *
     * @param broken a part has failed in a way that only a restart heals
     * @param quiet nothing is in flight
     */
    public record Look(WishedState wished, boolean broken, boolean quiet) {}

    public Supervision(Patience patience, RestartBudget.Limits limits) {
        this.patience = patience;
        this.budget = new RestartBudget(limits);
    }

    public NodeState state() {
        return state;
    }

    /** After failures, so far. */
    public int restarts() {
        return restarts;
    }

    public boolean flapping(long nowNanos) {
        return budget.flapping(nowNanos);
    }

    /** Asked several times a second. */
    public Action next(Look look, long nowNanos) {
        return switch (state) {
            case STOPPED -> look.wished().atRest() ? Action.NONE : start();
            case STARTING -> starting(look);
            case SERVING -> serving(look, nowNanos);
            case DRAINING, DRAINED -> draining(look, nowNanos);
            case STOPPING -> Action.NONE;
            case RESTARTING -> restarting(look, nowNanos);
        };
    }

    private Action start() {
        state = NodeState.STARTING;
        interrupted = false;
        return Action.START;
    }

    private Action starting(Look look) {
        if (!look.wished().atRest() || interrupted) {
            return Action.NONE;
        }
        interrupted = true;
        return Action.INTERRUPT;
    }

    private Action serving(Look look, long nowNanos) {
        if (look.wished() != WishedState.SERVING) {
            state = NodeState.DRAINING;
            drainUntil = nowNanos + patience.drainMax().toNanos();
            return Action.DRAIN;
        }
        if (!look.broken()) {
            broken = false;
            return Action.NONE;
        }
        if (!broken) {
            broken = true;
            brokenSince = nowNanos;
        }
        if (nowNanos - brokenSince < patience.brokenMax().toNanos()) {
            return Action.NONE;
        }
        return stop(true);
    }

    private Action stop(boolean restart) {
        state = NodeState.STOPPING;
        restartWanted = restart;
        broken = false;
        return Action.STOP;
    }

    /** Whoever is stopped drains first. */
    private Action draining(Look look, long nowNanos) {
        if (look.wished() == WishedState.SERVING) {
            state = NodeState.SERVING;
            return Action.RESUME;
        }
        if (state == NodeState.DRAINING && (look.quiet() || nowNanos - drainUntil >= 0)) {
            state = NodeState.DRAINED;
        }
        return state == NodeState.DRAINED && look.wished().atRest() ? stop(false) : Action.NONE;
    }

    private Action restarting(Look look, long nowNanos) {
        if (look.wished().atRest()) {
            state = NodeState.STOPPED;
            return Action.NONE;
        }
        if (nowNanos - restartAt < 0) {
            return Action.NONE;
        }
        restarts++;
        return start();
    }

    /** All services run. */
    public void started() {
        state = NodeState.SERVING;
    }

    /**
     * A start failed and has left nothing open.
     *
     * @param chance from 0 (inclusive) to 1 (exclusive)
     */
    public void failed(long nowNanos, double chance) {
        if (interrupted) {
            state = NodeState.STOPPED;
            return;
        }
        restartLater(nowNanos, chance);
    }

    /**
     * All services are closed.
     *
     * @param chance from 0 (inclusive) to 1 (exclusive)
     */
    public void stopped(long nowNanos, double chance) {
        if (restartWanted) {
            restartLater(nowNanos, chance);
        } else {
            state = NodeState.STOPPED;
        }
    }

    private void restartLater(long nowNanos, double chance) {
        state = NodeState.RESTARTING;
        restartAt = budget.next(nowNanos, chance);
    }
}
