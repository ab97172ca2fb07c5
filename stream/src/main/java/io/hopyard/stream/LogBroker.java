package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker of the log in this process, with its vote in the quorum that keeps the log's metadata. When {@link #start}
 * returns the broker takes requests; what it acknowledged before is there again after a restart on the same directory. With
 * 3 or 5 members the start waits for a majority of them. Thread safe.
 */
public final class LogBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogBroker.class);

    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(10);

    private final BrokerSettings settings;
    private final LogAccess access;
    private final Consumer<String> onFault;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable LogEngine server;
    private boolean closed;

    /**
     * @param onFault told when the engine wants to end the process because it cannot go on; the engine's thread ends, the
     *     process does not
     */
    public LogBroker(BrokerSettings settings, LogAccess access, Consumer<String> onFault) {
        this.settings = settings;
        this.access = access;
        this.onFault = onFault;
    }

    /**
     * Starts the broker; takes some seconds.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when it cannot start; what was opened is closed
     */
    public void start() {
        lock.lock();
        try {
            if (server != null || closed) {
                throw new IllegalStateException("the log broker was started or closed before");
            }
            Exit.setExitProcedure((status, message) -> fault("exit", status, message));
            Exit.setHaltProcedure((status, message) -> fault("halt", status, message));
            prepare();
            ScopedValue.where(TopicAuthorizer.ACCESS, access).run(this::startServer);
        } finally {
            lock.unlock();
        }
        LOG.atInfo()
                .addKeyValue("node", settings.nodeId())
                .addKeyValue("client", settings.client())
                .addKeyValue("internal", settings.internal())
                .log("The log broker serves.");
    }

    /**
     * Makes this broker the first member of a new log of several, to be done once on one of them before its first start; the
     * others join it. Does nothing where there is a log already. Never to be done for a broker that has lost its disk.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the directory cannot be used
     */
    public static void found(BrokerSettings settings) {
        LogStorage.found(settings);
    }

    private void prepare() {
        if (settings.quorum().size() == 1) {
            LogStorage.found(settings);
        } else {
            LogStorage.join(settings);
        }
    }

    @SuppressWarnings("PMD.AvoidCatchingThrowable") // the engine is Scala: any exception may come undeclared
    private void startServer() {
        LogEngine starting = null;
        try {
            starting = new LogEngine(settings);
            starting.start();
            server = starting;
        } catch (RuntimeException e) {
            FeatureStoreException failure = new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "log broker " + settings.nodeId() + " does not start: " + e.getMessage(), e);
            if (starting != null) {
                try {
                    starting.stop(Duration.ZERO);
                } catch (RuntimeException suppressed) {
                    failure.addSuppressed(suppressed);
                }
            }
            throw failure;
        }
    }

    /** How Hopyard's own clients reach the log by this broker; with several heads they are better told of all. */
    public LogConnection connection() {
        return new LogConnection(
                settings.internal().advertised() + ":" + settings.internal().port(), settings.tls());
    }

    /** True between start and close. */
    public boolean serving() {
        lock.lock();
        try {
            return server != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            LogEngine stopping = server;
            server = null;
            if (stopping != null) {
                stopping.stop(HAND_OVER_MAX);
                LOG.atInfo().addKeyValue("node", settings.nodeId()).log("The log broker is stopped.");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Must not return: the engine's code behind it believes that the process has ended. */
    private void fault(String kind, int status, @Nullable String message) {
        String reason = "the log engine asked for " + kind + " " + status + (message == null ? "" : ": " + message);
        LOG.atError()
                .addKeyValue("node", settings.nodeId())
                .addKeyValue("reason", reason)
                .log("The log broker failed.");
        onFault.accept(reason);
        throw new IllegalStateException(reason);
    }
}
