package io.hopyard.server.node;

import io.hopyard.core.supervision.NodeState;
import io.hopyard.core.supervision.Supervision;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.wire.health.PartHealth;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link Supervision} decides: one thread looks and decides, another one does what takes time. Start and
 * close are called by one thread; the rest by any.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration CLOSE_MAX = Duration.ofMinutes(2);

    private final Surroundings around;
    private final Services services;
    private final Supplier<WishedState> wished;
    private final Supervision decisions;
    private final CompletableFuture<NodeState> settled = new CompletableFuture<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("supervisor").daemon().factory());
    private final ExecutorService orders = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("services").factory());

    private volatile Seen seen;
    private volatile @Nullable Thread starting;
    private volatile boolean interrupted;
    private volatile boolean begun;
    private @Nullable String fault;

    /**
     * What others may know.
     *
     * @param fault why the last start failed, or null
     */
    record Seen(
            NodeState state,
            long sinceMillis,
            int restarts,
            boolean flapping,
            @Nullable String fault) {}

    /** @param wished asked several times a second; answers at once */
    Supervisor(Surroundings around, Services services, Supplier<WishedState> wished, Supervision decisions) {
        this.around = around;
        this.services = services;
        this.wished = wished;
        this.decisions = decisions;
        this.seen = new Seen(NodeState.STOPPED, around.clock().millis(), 0, false, null);
        around.metrics()
                .gauge(
                        "hopyard_node_restarts",
                        "How often the services of this node were started again after a failure.",
                        () -> seen.restarts());
        around.metrics()
                .gauge(
                        "hopyard_node_flapping",
                        "1 while the services of this node fail again and again.",
                        () -> seen.flapping() ? 1 : 0);
    }

    Seen seen() {
        return seen;
    }

    /**
     * Returns when the node does what is wished, for the first time. Later failures are healed by further starts, this one
     * is told: what makes it fail is mostly in the settings.
     *
     * @throws Exception why its services could not start; then everything is closed again
     */
    void start() throws Exception {
        begun = true;
        var _ = looks.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        boolean done = false;
        try {
            settled.get();
            done = true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Looks now instead of soon; does nothing before the start, when it is not known yet what is wished. */
    void nudge() {
        if (begun) {
            tell(this::look);
        }
    }

    private void tell(Runnable step) {
        try {
            looks.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("The supervisor has ended.");
        }
    }

    private void look() {
        try {
            WishedState wish = wished.get();
            Supervision.Action action = decisions.next(
                    new Supervision.Look(wish, services.broken(), services.quiet()),
                    around.ticker().nanos());
            show();
            if (seen.state() == NodeState.STOPPED && wish.atRest()) {
                settled.complete(NodeState.STOPPED);
            }
            act(action);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The supervisor could not look.");
        }
    }

    private void act(Supervision.Action action) {
        if (action != Supervision.Action.NONE) {
            LOG.atInfo()
                    .addKeyValue("order", action)
                    .addKeyValue("wished", wished.get())
                    .log("The services of the node are told what to do.");
        }
        switch (action) {
            case NONE -> {
                // It does what it shall.
            }
            case START -> orders.execute(this::startServices);
            case INTERRUPT -> interrupt();
            case DRAIN -> orders.execute(() -> attempt("drain", services::drain));
            case RESUME -> orders.execute(() -> attempt("resume", services::resume));
            case STOP -> orders.execute(this::stopServices);
        }
    }

    private void interrupt() {
        interrupted = true;
        Thread there = starting;
        if (there != null) {
            there.interrupt();
        }
    }

    private void startServices() {
        starting = Thread.currentThread();
        try {
            if (interrupted) {
                throw new InterruptedException("told to stop before it began");
            }
            services.start();
            tell(() -> {
                fault = null;
                decisions.started();
                show();
                settled.complete(NodeState.SERVING);
            });
        } catch (Exception | LinkageError e) {
            tell(() -> failed(e));
        } finally {
            starting = null;
            interrupted = false;
            Thread.interrupted();
        }
    }

    private void failed(Throwable cause) {
        fault = "Could not start: " + cause.getMessage();
        decisions.failed(around.ticker().nanos(), around.random().nextDouble());
        show();
        if (settled.completeExceptionally(cause)) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("reason", String.valueOf(cause.getMessage()))
                .log("The services of the node could not start.");
    }

    private void stopServices() {
        attempt("stop", services::close);
        tell(() -> {
            decisions.stopped(around.ticker().nanos(), around.random().nextDouble());
            show();
        });
    }

    private static void attempt(String what, Runnable order) {
        try {
            order.run();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("order", what).setCause(e).log("An order to the services failed.");
        }
    }

    private void show() {
        Seen last = seen;
        NodeState state = decisions.state();
        long since = state == last.state() ? last.sinceMillis() : around.clock().millis();
        boolean flapping = decisions.flapping(around.ticker().nanos());
        if (flapping && !last.flapping()) {
            LOG.atWarn()
                    .addKeyValue("restarts", decisions.restarts())
                    .log("The services of the node fail again and again.");
        }
        seen = new Seen(state, since, decisions.restarts(), flapping, fault);
    }

    /** What is to be said beside the parts: not ready in any other state than serving. */
    PartHealth health() {
        Seen now = seen;
        String said = now.fault();
        return switch (now.state()) {
            case SERVING ->
                new PartHealth("services", true, now.flapping() ? "Serve, but fail again and again." : "Serve.");
            case STARTING -> new PartHealth("services", false, said == null ? "Start." : "Start again. " + said);
            case DRAINING -> new PartHealth("services", false, "Drain: what is in flight is finished.");
            case DRAINED -> new PartHealth("services", false, "Are drained: nothing is in flight.");
            case STOPPING -> new PartHealth("services", false, "Close.");
            case STOPPED -> new PartHealth("services", false, "Are stopped, as wished.");
            case RESTARTING ->
                new PartHealth(
                        "services",
                        false,
                        "Start again after a pause. " + (said == null ? "A part has failed." : said));
        };
    }

    /** Ends a start that is on its way and closes the services. */
    @Override
    public void close() {
        looks.shutdownNow();
        interrupt();
        orders.shutdown();
        try {
            if (!orders.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("The services are still being started or closed; they are closed all the same.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        services.close();
    }
}
