package io.hopyard.store;

import org.apache.ignite.IgniteLogger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's log, one step quieter than the engine means it: its hints to administrators are warnings there and
 * information here. Thread safe.
 */
final class EngineLog implements IgniteLogger {
    private final Logger log;

    EngineLog() {
        this(LoggerFactory.getLogger("io.hopyard.store.engine"));
    }

    private EngineLog(Logger log) {
        this.log = log;
    }

    @Override
    public IgniteLogger getLogger(Object category) {
        return this;
    }

    @Override
    public void trace(String message) {
        log.trace(message);
    }

    @Override
    public void debug(String message) {
        log.trace(message);
    }

    @Override
    public void info(String message) {
        log.debug(message);
    }

    @Override
    public void warning(String message, @Nullable Throwable cause) {
        log.info(message, cause);
    }

    @Override
    public void error(String message, @Nullable Throwable cause) {
        log.error(message, cause);
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isQuiet() {
        return false;
    }

    @Override
    public @Nullable String fileName() {
        return null;
    }
}
