package io.hopyard.server.node;

import io.hopyard.core.time.Ticker;
import io.hopyard.wire.health.PartHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts parts in order and closes them in reverse. When one cannot start, those that did are closed again, so that a
 * failed start leaves nothing open. Start and close are called by one thread; {@link #health} by any.
 */
final class PartList {
    private static final Logger LOG = LoggerFactory.getLogger(PartList.class);

    private final List<Part> parts;
    private final AtomicReferenceArray<State> states;
    private final Ticker ticker;

    private enum State {
        WAITING,
        STARTING,
        RUNNING,
        CLOSED
    }

    PartList(List<Part> parts, Ticker ticker) {
        this.parts = List.copyOf(parts);
        this.ticker = ticker;
        this.states = new AtomicReferenceArray<>(parts.size());
        for (int index = 0; index < parts.size(); index++) {
            states.set(index, State.WAITING);
        }
    }

    /** @throws Exception of the part that cannot start; failures of closing the others are suppressed in it */
    void start() throws Exception {
        for (int index = 0; index < parts.size(); index++) {
            Part part = parts.get(index);
            states.set(index, State.STARTING);
            long before = ticker.nanos();
            try {
                part.start().run();
            } catch (Exception | LinkageError e) {
                states.set(index, State.CLOSED);
                closeFrom(index - 1, e);
                throw e;
            }
            states.set(index, State.RUNNING);
            LOG.atInfo()
                    .addKeyValue("part", part.name())
                    .addKeyValue("millis", (ticker.nanos() - before) / 1_000_000)
                    .log("A part of the node runs.");
        }
    }

    /** Closes what runs, last first; goes on when one fails. Idempotent. */
    void close() {
        IllegalStateException failures = new IllegalStateException("parts could not be closed");
        closeFrom(parts.size() - 1, failures);
        if (failures.getSuppressed().length > 0) {
            LOG.atWarn().setCause(failures).log("Some parts of the node could not be closed cleanly.");
        }
    }

    private void closeFrom(int last, Throwable failures) {
        for (int index = last; index >= 0; index--) {
            if (states.getAndSet(index, State.CLOSED) != State.RUNNING) {
                continue;
            }
            try {
                parts.get(index).close().run();
            } catch (Exception e) {
                failures.addSuppressed(e);
            }
        }
    }

    void drain() {
        running().forEach(part -> part.flow().drain());
    }

    void resume() {
        running().forEach(part -> part.flow().resume());
    }

    /** True when nothing is in flight in any part. */
    boolean quiet() {
        return running().allMatch(part -> part.flow().quiet());
    }

    /** True when a part has failed in a way that only a restart heals. */
    boolean broken() {
        return running()
                .anyMatch(part -> part.healedByRestart() && part.trouble().find() != null);
    }

    private Stream<Part> running() {
        return IntStream.range(0, parts.size())
                .filter(index -> states.get(index) == State.RUNNING)
                .mapToObj(parts::get);
    }

    /** One element per part, in start order. */
    List<PartHealth> health() {
        List<PartHealth> health = new ArrayList<>(parts.size());
        for (int index = 0; index < parts.size(); index++) {
            Part part = parts.get(index);
            health.add(
                    switch (states.get(index)) {
                        case WAITING -> new PartHealth(part.name(), false, "Waits for the parts before it.");
                        case STARTING -> new PartHealth(part.name(), false, "Starts.");
                        case CLOSED -> new PartHealth(part.name(), false, "Is closed.");
                        case RUNNING -> running(part);
                    });
        }
        return health;
    }

    private static PartHealth running(Part part) {
        @Nullable String trouble = part.trouble().find();
        return trouble == null
                ? new PartHealth(part.name(), true, "Serves.")
                : new PartHealth(part.name(), false, trouble);
    }
}
