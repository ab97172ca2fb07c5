package io.hopyard.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.time.Deadline;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.nio.file.Files;
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
 * CPU that a data node spends per batch of 50 rows of 500 bytes from its row cache, beside a bare echo of as many bytes over
 * the same protocol and beside Redis {@code MGET}, measured in turn in the same run; all of it in clear. The echo sends the
 * same row again and again from the processor's caches, so it is a floor that grows farther away with the number of rows.
 *
 * <p>Arguments: {@code --data}, an empty directory; {@code --rows}, numbers of rows with commas in between; {@code --rounds}
 * and {@code --seconds} of each measurement; {@code --threads} of the load; {@code --flags}, the file of the engine's Java
 * options; {@code --json}, a file for the figures, or {@code -}.
 */
public final class StoreBench {
    static final String HOST = "127.0.46.9";
    static final int BATCH = 50;

    private static final double ECHO_RATIO_MAX = 1.6;
    private static final int VALUE_BYTES = 442;
    private static final int FILL_ROWS = 1_000;
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            7,
            List.of(
                    new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("value", FeatureType.Simple.STRING, null)),
            List.of(0),
            null,
            null);

    private final Arguments arguments;
    private final Duration time;
    private final ArrayNode report = Json.array();

    private StoreBench(Arguments arguments) {
        this.arguments = arguments;
        this.time = Duration.ofSeconds(arguments.number("seconds"));
    }

    public static void main(String[] words) throws Exception {
        StoreBench bench = new StoreBench(Arguments.of(words));
        System.out.println("| rows | server | CPU us per batch of 50 | least to most | batches/s | CPU / echo |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        List<Double> medians = new ArrayList<>();
        for (int rows : bench.arguments.numbers("rows")) {
            medians.add(bench.measure(rows));
        }
        System.out.printf("CPU per batch, most rows / fewest: %.2f%n", medians.getLast() / medians.getFirst());
        System.out.println(ProcessCpu.machine());
        String json = bench.arguments.text("json");
        if (!json.equals("-")) {
            Files.write(Path.of(json), Json.bytes(bench.report));
        }
    }

    /** One thread of the load. */
    interface Load {
        void run(AtomicBoolean stop, AtomicLong batches) throws IOException;
    }

    /**
     * What is measured.
     *
     * @param pid of its process
     */
    private record Candidate(String name, long pid, Load load, List<Double> cpuMicros, List<Double> perSecond) {
        Candidate(String name, long pid, Load load) {
            this(name, pid, load, new ArrayList<>(), new ArrayList<>());
        }

        Sample cpu() {
            return sample(cpuMicros);
        }

        double ratio(Candidate floor) {
            double[] ratios = new double[cpuMicros.size()];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] = cpuMicros.get(round) / floor.cpuMicros.get(round);
            }
            return Sample.of(ratios).median();
        }
    }

    private static Sample sample(List<Double> values) {
        return Sample.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** @return median CPU per batch of the data node, in microseconds */
    private double measure(int rows) throws Exception {
        Path directory = arguments.path("data").resolve("rows-" + rows);
        Path flags = arguments.path("flags");
        try (StoreProcess echo = StoreProcess.start("echo", directory, rows, flags);
                StoreProcess door = StoreProcess.start("door", directory, rows, flags);
                @Nullable RedisProcess redis = RedisProcess.startIfThere(HOST)) {
            fill(door.rows(), rows);
            List<Candidate> all = new ArrayList<>();
            all.add(new Candidate("echo", echo.pid(), (stop, batches) -> read(echo.rows(), rows, stop, batches)));
            all.add(new Candidate("data node", door.pid(), (stop, batches) -> read(door.rows(), rows, stop, batches)));
            if (redis != null) {
                RedisLoad load = new RedisLoad(HOST, redis.port(), rows);
                load.fill();
                all.add(new Candidate("Redis MGET", redis.pid(), load::run));
            }
            for (Candidate candidate : all) { // warms up
                run(candidate, time.multipliedBy(2));
                candidate.cpuMicros().clear();
                candidate.perSecond().clear();
            }
            for (int round = 0; round < arguments.number("rounds"); round++) {
                for (Candidate candidate : all) {
                    run(candidate, time);
                }
            }
            print(rows, all);
            return all.get(1).cpu().median();
        }
    }

    private void print(int rows, List<Candidate> all) {
        Candidate echo = all.getFirst();
        for (Candidate candidate : all) {
            Sample cpu = candidate.cpu();
            System.out.printf(
                    "| %,d | %s | %.1f | %.1f to %.1f | %,.0f | %.2f |%n",
                    rows,
                    candidate.name(),
                    cpu.median(),
                    cpu.min(),
                    cpu.max(),
                    sample(candidate.perSecond()).median(),
                    candidate.ratio(echo));
            ObjectNode json = report.addObject()
                    .put("rows", rows)
                    .put("server", candidate.name())
                    .put("cpuMicrosPerBatch", cpu.median())
                    .put("batchesPerSecond", sample(candidate.perSecond()).median())
                    .put("ratioToEcho", candidate.ratio(echo));
            candidate.cpuMicros().forEach(json.putArray("cpuMicrosOfRounds")::add);
        }
        double ratio = all.get(1).ratio(echo);
        System.out.printf(
                "%,d rows: %.2f of the echo (wanted: at most %.1f): %s",
                rows, ratio, ECHO_RATIO_MAX, ratio <= ECHO_RATIO_MAX ? "holds" : "does not hold");
        System.out.println(
                all.size() < 3
                        ? "; Redis: not installed here, not measured"
                        : String.format(
                                "; %.2f of Redis (wanted: below 1): %s",
                                all.get(1).ratio(all.get(2)),
                                all.get(1).ratio(all.get(2)) < 1 ? "holds" : "does not hold"));
    }

    private void run(Candidate candidate, Duration duration) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong batches = new AtomicLong();
        int threads = arguments.number("threads");
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                running.add(executor.submit(() -> {
                    candidate.load().run(stop, batches);
                    return true;
                }));
            }
            pass(duration.dividedBy(4)); // connections are made, caches filled
            long cpuBefore = ProcessCpu.nanos(List.of(candidate.pid()));
            long batchesBefore = batches.get();
            long begin = System.nanoTime();
            pass(duration);
            double count = batches.get() - batchesBefore;
            long cpu = ProcessCpu.nanos(List.of(candidate.pid())) - cpuBefore;
            candidate.cpuMicros().add(cpu / 1e3 / count);
            candidate.perSecond().add(count * 1e9 / (System.nanoTime() - begin));
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

    static OnlineRows.RowWrite row(long id) {
        Object[] values = {id, "x".repeat(VALUE_BYTES)};
        return new OnlineRows.RowWrite(key(id), RowCodec.encode(SCHEMA, values, new RowCodec.LogPosition(0, id)));
    }

    private static OnlineKey key(long id) {
        return KeyCodec.encode(SCHEMA, new Object[] {id});
    }

    private static void fill(OnlineRows rows, int count) {
        for (long from = 0; from < count; from += FILL_ROWS) {
            List<OnlineRows.RowWrite> writes = new ArrayList<>();
            for (long id = from; id < Math.min(count, from + FILL_ROWS); id++) {
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
            List<@Nullable OnlineRow> found =
                    rows.read(List.of(new OnlineRows.TableRead(SCHEMA, keys, Projection.ALL)), soon());
            if (found.size() != BATCH || found.contains(null)) {
                throw new IllegalStateException(found.size() + " rows (expected: " + BATCH + ")");
            }
            batches.incrementAndGet();
        }
    }
}
