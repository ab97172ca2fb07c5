package io.hopyard.drill;

import io.hopyard.server.local.LocalCluster;
import org.jspecify.annotations.Nullable;

/** Leaves no process and nothing of the ground behind when the drill is told to stop before its end. */
final class Interruption implements AutoCloseable {
    private final Ground ground;
    private final Thread hook = Thread.ofPlatform().name("drill-interrupted").unstarted(this::clean);
    private volatile @Nullable LocalCluster cluster;

    Interruption(Ground ground) {
        this.ground = ground;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on the processes of that cluster are ended, too. */
    void ends(LocalCluster running) {
        cluster = running;
    }

    private void clean() {
        LocalCluster running = cluster;
        if (running != null) {
            running.kill();
        }
        ground.close();
    }

    /** The drill has come to its end by itself. */
    @Override
    public void close() {
        if (!Thread.currentThread().equals(hook)) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is being told to stop just now: the hook runs.
            }
        }
    }
}
