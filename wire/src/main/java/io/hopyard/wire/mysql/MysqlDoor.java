package io.hopyard.wire.mysql;

import io.hopyard.core.access.Gate;
import io.hopyard.core.access.OnlineLogins;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.supervision.Drainable;
import io.hopyard.core.time.Ticker;
import io.hopyard.wire.listen.Listening;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for MySQL clients and gives each a session on a virtual thread. One timer closes connections whose time is over:
 * slow logins, idle clients, clients that do not take their answer. Thread safe.
 */
public final class MysqlDoor implements AutoCloseable, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(MysqlDoor.class);
    private static final long REAP_MILLIS = 250;
    private static final int BACKLOG = 512;
    private static final Duration IDLE_WHEN_DRAINING = Duration.ofSeconds(1);

    private final MysqlSettings settings;
    private final Parts parts;
    private final SessionMetrics metrics;
    private final ShapeCache shapes;
    private final Semaphore slots;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ids = new AtomicInteger();
    private volatile boolean stopping;
    private volatile boolean draining;
    private @Nullable ServerSocket listener;
    private @Nullable ScheduledExecutorService reaper;

    /**
     * What sessions need.
     *
     * @param random for salts; must be cryptographically strong
     */
    public record Parts(
            OnlineLogins logins,
            Gate gate,
            ServingCatalog catalog,
            OnlineRows rows,
            Metrics metrics,
            Ticker ticker,
            RandomGenerator random) {}

    /** Nothing listens before {@link #start()}. */
    public MysqlDoor(MysqlSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        this.metrics = new SessionMetrics(parts.metrics());
        this.shapes = new ShapeCache(settings.shapesMax());
        this.slots = new Semaphore(settings.connectionsMax());
        metrics.connections(() -> settings.connectionsMax() - slots.availablePermits());
    }

    /**
     * Listens when it returns.
     *
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAVAILABLE} when the address cannot be bound
     */
    public void start() {
        try {
            ServerSocket socket = new ServerSocket();
            try {
                socket.bind(new InetSocketAddress(settings.host(), settings.port()), BACKLOG);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            listener = socket;
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("mysql-reaper").daemon().factory());
            ScheduledFuture<?> _ =
                    timer.scheduleWithFixedDelay(this::reap, REAP_MILLIS, REAP_MILLIS, TimeUnit.MILLISECONDS);
            reaper = timer;
            Thread.ofVirtual().name("mysql-accept").start(() -> accept(socket));
        } catch (IOException e) {
            throw Listening.refused("mysql", settings.host(), settings.port(), e);
        }
        LOG.atInfo()
                .addKeyValue("host", settings.host())
                .addKeyValue("port", port())
                .log("MySQL door is open");
    }

    /** The bound port; only after {@link #start()}. */
    public int port() {
        ServerSocket socket = listener;
        if (socket == null) {
            throw new IllegalStateException("the MySQL door has not been started");
        }
        return socket.getLocalPort();
    }

    /**
     * From now on each connection is closed after its next answer, and those that ask nothing a little later; drivers
     * connect to another broker.
     */
    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public void resume() {
        draining = false;
    }

    @Override
    public boolean quiet() {
        return sessions.isEmpty();
    }

    /** Takes no more connections and closes all; drivers connect to another broker and repeat their read. */
    @Override
    public void close() {
        stopping = true;
        ServerSocket socket = listener;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("MySQL door could not be closed");
            }
        }
        ScheduledExecutorService timer = reaper;
        if (timer != null) {
            timer.shutdownNow();
        }
        sessions.forEach(Session::cut);
    }

    private void accept(ServerSocket socket) {
        while (!stopping) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (!stopping) {
                    LOG.atWarn().setCause(e).log("MySQL connection could not be accepted");
                }
            }
        }
    }

    private void admit(Socket client) throws IOException {
        boolean free = slots.tryAcquire();
        int id = ids.incrementAndGet();
        Session session;
        try {
            client.setTcpNoDelay(true);
            session = new Session(client, settings, parts, shapes, metrics, () -> draining);
        } catch (IOException | RuntimeException e) {
            if (free) {
                slots.release();
            }
            client.close();
            throw e;
        }
        if (!free) {
            metrics.refused();
            session.refuse(new MysqlError(
                    MysqlError.Kind.TOO_MANY_CONNECTIONS,
                    "Too many connections: " + settings.connectionsMax() + " (expected: less)"));
            return;
        }
        sessions.add(session);
        Thread.ofVirtual().name("mysql-session-" + id).start(() -> {
            try {
                session.run(id);
            } finally {
                sessions.remove(session);
                slots.release();
            }
        });
        if (stopping) {
            session.cut();
        }
    }

    private void reap() {
        try {
            long now = parts.ticker().nanos();
            for (Session session : sessions) {
                if (session.overdue(now) || (draining && session.idleFor(IDLE_WHEN_DRAINING, now))) {
                    session.cut();
                }
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("MySQL connections could not be checked");
        }
    }
}
