package io.hopyard.server.node;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.SteadyClock;
import io.hopyard.core.time.Ticker;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Setting;
import io.hopyard.server.settings.Settings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What every role of a node gets: settings, the places on disk, time, chance and metrics.
 *
 * @param data the node's own directory
 * @param random a cryptographic one, thread safe
 */
record Surroundings(
        Settings settings,
        Path data,
        SteadyClock clock,
        Ticker ticker,
        Pause pause,
        SecureRandom random,
        Metrics metrics) {
    private static final Duration POLL = Duration.ofMillis(100);

    static Surroundings of(Settings settings, Path data) {
        return new Surroundings(
                settings,
                data,
                new SteadyClock(Clock.systemUTC(), System::nanoTime),
                System::nanoTime,
                duration -> LockSupport.parkNanos(duration.toNanos()),
                new SecureRandom(),
                new Metrics());
    }

    <T> T get(Setting<T> setting) {
        return settings.get(setting);
    }

    boolean is(NodeRole role) {
        return get(AllSettings.NODE_ROLES).contains(role);
    }

    /** With other settings, such as those that the node learnt when it joined. */
    Surroundings with(Settings other) {
        return new Surroundings(other, data, clock, ticker, pause, random, metrics);
    }

    /** {@code host:port} of a door. */
    String at(Setting<String> door, Setting<Integer> port) {
        return address(door) + ":" + get(port);
    }

    /** The address of a door, or the node's when the door has none of its own. */
    String address(Setting<String> door) {
        String own = settings.get(door);
        return own.isEmpty() ? settings.get(AllSettings.NODE_ADDRESS) : own;
    }

    /**
     * Waits between two looks at something that others must do.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the node is told to stop meanwhile
     */
    void waitFor(String what) {
        pause.pause(POLL);
        if (Thread.currentThread().isInterrupted()) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "waiting for " + what + ": told to stop");
        }
    }
}
