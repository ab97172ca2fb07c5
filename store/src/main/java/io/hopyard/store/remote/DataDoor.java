package io.hopyard.store.remote;

import io.hopyard.core.database.Database;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers a database and online rows to other nodes over a socket. {@link #start} and {@link #close} are for one thread;
 * the rest is thread safe.
 */
public final class DataDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDoor.class);
    private static final int BACKLOG = 512;
    private static final long WATCH_MILLIS = 5;
    private static final long POLL_NANOS = 2_000_000;
    private static final long WORKER_IDLE_SECONDS = 30;

    private final DoorSettings settings;
    private final Ticker ticker;
    private final DoorMetrics metrics;
    private final Set<DoorConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread.Builder.OfPlatform threads =
            Thread.ofPlatform().daemon().name("data-door-", 0);
    private final ThreadPoolExecutor workers;
    private final Shared shared;
    private volatile boolean stopping;
    private @Nullable ServerSocket listener;
    private @Nullable ScheduledExecutorService watch;

    /** Starts threads that read. */
    interface Readers {
        void start(Runnable reader);
    }

    /** What all connections use. */
    record Shared(
            DoorSettings settings,
            @Nullable NodeTls tls,
            Requests requests,
            DoorMetrics metrics,
            Ticker ticker,
            ExecutorService workers,
            Readers readers,
            BooleanSupplier stopping,
            Consumer<DoorConnection> gone) {}

    /**
     * What is offered.
     *
     * @param slots asked for each request about them; null = there are none
     * @param ticker against which the database and the online rows check deadlines
     */
    public record Backend(
            Database database, OnlineRows rows, @Nullable Supplier<Slots> slots, Ticker ticker) {
        /** Without slots. */
        public Backend(Database database, OnlineRows rows, Ticker ticker) {
            this(database, rows, null, ticker);
        }
    }

    /** The slots of the data node, and scans of them. */
    public record Slots(SlotRows rows, SlotScan scan) {}

    /**
     * Nothing listens before {@link #start}.
     *
     * @param tls null = in clear, open to everybody who can connect: for benchmarks
     */
    public DataDoor(DoorSettings settings, @Nullable NodeTls tls, Backend backend, Metrics metrics) {
        this.settings = settings;
        this.ticker = backend.ticker();
        this.metrics = new DoorMetrics(metrics, connections::size);
        this.workers = new ThreadPoolExecutor(
                0,
                settings.limits().workersMax(),
                WORKER_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("data-worker-", 0).factory());
        this.shared = new Shared(
                settings,
                tls,
                new Requests(backend.database(), backend.rows(), new SlotRequests(backend.slots())),
                this.metrics,
                ticker,
                workers,
                reader -> threads.start(reader),
                () -> stopping,
                connections::remove);
    }

    /**
     * Listens when it returns.
     *
     * @throws UncheckedIOException when the address cannot be bound
     */
    public void start() {
        try {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReceiveBufferSize(Protocol.SOCKET_BUFFER_BYTES);
                socket.bind(new InetSocketAddress(settings.host(), settings.port()), BACKLOG);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            listener = socket;
            threads.start(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException("data door cannot listen on " + settings.host() + ":" + settings.port(), e);
        }
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("data-door-watch").factory());
        ScheduledFuture<?> _ =
                timer.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        watch = timer;
        LOG.atInfo()
                .addKeyValue("host", settings.host())
                .addKeyValue("port", port())
                .log("The data door is open");
    }

    /** The bound port; only after {@link #start}. */
    public int port() {
        ServerSocket socket = listener;
        if (socket == null) {
            throw new IllegalStateException("the data door has not been started");
        }
        return socket.getLocalPort();
    }

    private void accept(ServerSocket socket) {
        while (!stopping) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (!stopping) {
                    LOG.atWarn().setCause(e).log("A connection to the data door could not be accepted");
                }
            }
        }
    }

    private void admit(Socket client) throws IOException {
        if (connections.size() >= settings.limits().connectionsMax()) {
            metrics.refused();
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        client.setSendBufferSize(Protocol.SOCKET_BUFFER_BYTES);
        DoorConnection connection = new DoorConnection(client, shared);
        connections.add(connection);
        threads.start(connection::run);
        if (stopping) {
            connection.cut();
        }
    }

    /** Cuts the connections of nodes that may come in no more. */
    public void recheck() {
        connections.forEach(DoorConnection::recheck);
    }

    private void watch() {
        try {
            for (DoorConnection connection : connections) {
                connection.relieve();
                if (connection.overdue()) {
                    metrics.cut();
                    connection.cut();
                }
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Connections to the data door could not be checked");
        }
    }

    /** Refuses new requests, finishes what is begun within the grace time, closes all connections. May be repeated. */
    @Override
    public void close() {
        stopping = true;
        ServerSocket socket = listener;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("The data door could not be closed");
            }
        }
        Deadline grace = Deadline.after(ticker, settings.times().grace());
        while (metrics.requests.get() > 0 && !grace.passed(ticker)) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        ScheduledExecutorService timer = watch;
        if (timer != null) {
            timer.shutdownNow();
        }
        workers.shutdownNow();
        connections.forEach(DoorConnection::cut);
    }
}
