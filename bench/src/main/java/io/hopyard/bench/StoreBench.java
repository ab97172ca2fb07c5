package io.hopyard.bench;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.remote.ClientSettings;
import io.hopyard.store.remote.DataClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * CPU that a data node spends per batch of 50 rows of 500 bytes from its row cache, beside a bare echo of the same bytes
 * ({@link StoreBenchNode}) and Redis. With 1,000 rows the processor's caches hold all, with 20,000 they do not, and the
 * echo, which sends the same row again and again, is no longer the limit. Arguments: seconds per figure, directory for
 * the node, number of rows, and optionally host, port and process id of a Redis server to measure, started with
 * {@code --save "" --appendonly no}. Needs {@code -Dengine.flags=engine-flags.txt}.
 */
public final class StoreBench {
    static final String HOST = "127.0.46.9";
    static final int BATCH = 50;

    private static final int VALUE_BYTES = 442;
    private static final int ROUNDS = 3;
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            7,
            List.of(
                    new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("value", FeatureType.Simple.STRING, null)),
            List.of(0),
            null,
            null);

    private StoreBench() {}

    public static void main(String[] arguments) throws Exception {
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
        Path directory = Path.of(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        for (String kind : List.of("echo", "door", "echo", "door")) {
            measureNode(kind, directory, count, time);
        }
        if (arguments.length > 5) {
            RedisLoad redis = new RedisLoad(arguments[3], Integer.parseInt(arguments[4]), count);
            redis.fill();
            for (int threads : new int[] {1, 4}) {
                report(new Server("redis MGET", Long.parseLong(arguments[5])), threads, time, redis::run);
            }
        }
    }

    private record Server(String name, long pid) {
        long cpuNanos() throws IOException {
            return ProcessCpu.nanos(List.of(pid));
        }
    }

    /** One thread of the load. */
    interface Load {
        void run(AtomicBoolean stop, AtomicLong batches) throws IOException;
    }

    private static void measureNode(String kind, Path directory, int count, Duration time) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            port = free.getLocalPort();
        }
        Process node = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "@" + System.getProperty("engine.flags"),
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreBenchNode.class.getName(),
                        kind,
                        Integer.toString(port),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
                DataClient client = new DataClient(
                        new DataClient.Target("bench", HOST, port), null, ClientSettings.DEFAULT, System::nanoTime)) {
            if (!"ready".equals(out.readLine())) {
                throw new IOException("the node of the benchmark did not start");
            }
            OnlineRows rows = client.onlineRows();
            if (kind.equals("door")) {
                fill(rows, count);
            }
            for (int threads : new int[] {1, 4}) {
                report(
                        new Server(kind, node.pid()),
                        threads,
                        time,
                        (stop, batches) -> read(rows, count, stop, batches));
            }
        } finally {
            node.getOutputStream().close();
            node.waitFor();
        }
    }

    private static void report(Server server, int threads, Duration time, Load load) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong batches = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                running.add(executor.submit(() -> {
                    load.run(stop, batches);
                    return true;
                }));
            }
            pass(time);
            for (int round = 0; round < ROUNDS; round++) {
                long cpuBefore = server.cpuNanos();
                long batchesBefore = batches.get();
                pass(time);
                double count = batches.get() - batchesBefore;
                System.out.printf(
                        "%-10s %d threads: %6.1f us CPU of the server per batch, %8.0f batches/s%n",
                        server.name(),
                        threads,
                        (server.cpuNanos() - cpuBefore) / 1e3 / count,
                        count / time.toNanos() * 1e9);
            }
            stop.set(true);
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private static void pass(Duration time) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
            LockSupport.parkNanos(time.toNanos());
        }
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    static RowWrite row(long id) {
        Object[] values = {id, "x".repeat(VALUE_BYTES)};
        return new RowWrite(key(id), RowCodec.encode(SCHEMA, values, new RowCodec.LogPosition(0, id)));
    }

    private static OnlineKey key(long id) {
        return KeyCodec.encode(SCHEMA, new Object[] {id});
    }

    private static void fill(OnlineRows rows, int count) {
        for (long from = 0; from < count; from += 1_000) {
            List<RowWrite> writes = new ArrayList<>();
            for (long id = from; id < Math.min(count, from + 1_000); id++) {
                writes.add(row(id));
            }
            rows.upsert(writes, soon());
        }
    }

    private static void read(OnlineRows rows, int count, AtomicBoolean stop, AtomicLong batches) {
        Random random = new Random(Thread.currentThread().threadId());
        while (!stop.get()) {
            List<OnlineKey> keys = new ArrayList<>(BATCH);
            for (int index = 0; index < BATCH; index++) {
                keys.add(key(random.nextInt(count)));
            }
            List<@Nullable OnlineRow> found = rows.read(List.of(new TableRead(SCHEMA, keys, Projection.ALL)), soon());
            if (found.size() != BATCH || found.contains(null)) {
                throw new IllegalStateException(found.size() + " rows (expected: " + BATCH + ")");
            }
            batches.incrementAndGet();
        }
    }
}
