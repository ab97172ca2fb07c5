package io.hopyard.store;

import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.Fence;
import org.jspecify.annotations.Nullable;

/** A node without a peer. It activates itself at its first start; later the engine does. */
final class SoleMember implements Membership {
    private final StoreSettings settings;
    private final Mirrors mirrors;
    private final Waiting waiting;
    private @Nullable EngineNode engine;

    SoleMember(StoreSettings settings, Mirrors mirrors, Waiting waiting) {
        this.settings = settings;
        this.mirrors = mirrors;
        this.waiting = waiting;
    }

    @Override
    public EngineNode start(Deadline deadline) {
        EngineNode started = EngineNode.start(EngineSettings.of(settings, mirrors));
        engine = started;
        if (started.blank()) {
            started.activate();
        }
        waiting.until(started::active, deadline, () -> "its disk is that of a member of a pair");
        waiting.until(started::holdsEverything, deadline, () -> "its rows are not all there");
        return started;
    }

    @Override
    public void awaitService(Deadline deadline) {}

    @Override
    public Fence fence() {
        return Fence.NONE;
    }

    @Override
    public String waitsFor() {
        return "";
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
