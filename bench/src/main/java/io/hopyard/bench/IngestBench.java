package io.hopyard.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Rows from the log into the online store. Each round writes rows under new keys, then under the same keys again, and
 * beside both reads the same rows of the log with a plain consumer that throws them away: the log's own limit.
 *
 * <p>The speed is counted from the first look at which rows were applied to the one at which all were, so the start of the
 * producer is left out. The CPU time of the node is that of the whole way, the log's broker included.
 *
 * <p>Arguments: {@code --host}, {@code --data} and {@code --pid} of the node; {@code --group}, the file that
 * {@code group.py} printed; {@code --rows} of one run; {@code --rounds}.
 */
public final class IngestBench {
    private static final int CLIENT_LINGER_MILLIS = 5;
    private static final int WARM_UP_SHARE = 4;
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BenchNode node;
    private final JsonNode group;
    private int ingestion;

    private IngestBench(BenchNode node, JsonNode group) {
        this.node = node;
        this.group = group;
    }

    /**
     * @param wayRows rows that were applied after the first look, in {@code wayNanos}
     * @param cpuNanos of the node, for all rows
     */
    private record Run(int rows, long wayRows, long wayNanos, long cpuNanos) {
        double perSecond() {
            return wayRows * 1e9 / wayNanos;
        }

        double cpuMicros() {
            return cpuNanos / 1e3 / rows;
        }
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        IngestBench bench =
                new IngestBench(BenchNode.of(arguments), Json.parse(Files.readAllBytes(arguments.path("group"))));
        bench.measure(arguments.number("rows"), arguments.number("rounds"));
    }

    private void measure(int rows, int rounds) throws Exception {
        System.out.println("warm-up");
        store(0, rows / WARM_UP_SHARE);
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            long firstKey = (long) (round + 1) * rows;
            for (String keys : List.of("log to online store, new keys", "log to online store, same keys again")) {
                Map<TopicPartition, Long> before = ends();
                tell(runs, keys, store(firstKey, rows));
                tell(runs, "plain consumer of the same rows", consume(before, rows));
            }
        }
        System.out.printf("%n| %,d rows, %d rounds | rows/s, median [min-max] | node CPU us per row |%n", rows, rounds);
        System.out.println("| --- | --- | --- |");
        runs.forEach((name, all) -> {
            Sample speed = Sample.of(all.stream().mapToDouble(Run::perSecond).toArray());
            Sample cpu = Sample.of(all.stream().mapToDouble(Run::cpuMicros).toArray());
            System.out.printf(
                    "| %s | %,.0f [%,.0f-%,.0f] | %.1f [%.1f-%.1f] |%n",
                    name, speed.median(), speed.min(), speed.max(), cpu.median(), cpu.min(), cpu.max());
        });
        System.out.println(ProcessCpu.machine());
    }

    private static void tell(Map<String, List<Run>> runs, String name, Run run) {
        runs.computeIfAbsent(name, none -> new ArrayList<>()).add(run);
        System.out.printf("%-40s %,11.0f rows/s %7.1f CPU us/row%n", name, run.perSecond(), run.cpuMicros());
    }

    private Run store(long firstKey, int rows) throws Exception {
        try (HttpConnection metrics = node.metrics();
                ExecutorService producing = Executors.newSingleThreadExecutor()) {
            long before = node.ingested(metrics);
            ProcessCpu.Shares shares = new ProcessCpu.Shares(node.pids());
            long start = System.nanoTime();
            Future<Long> sent = producing.submit(producer(firstKey, rows));
            long first = 0;
            long firstRows = 0;
            while (true) {
                long done = node.ingested(metrics) - before;
                long now = System.nanoTime();
                if (first == 0 && done > 0) {
                    first = now;
                    firstRows = done;
                }
                if (done >= rows) {
                    System.out.printf(
                            "    first row after %d ms, all sent after %d ms, all stored after %d ms; %s%n",
                            (first - start) / 1_000_000,
                            (sent.get() - start) / 1_000_000,
                            (now - start) / 1_000_000,
                            shares.text());
                    return new Run(rows, rows - firstRows, now - first, shares.nodeNanos());
                }
                if (now - start > PATIENCE.toNanos()) {
                    throw new IOException(done + " of " + rows + " rows were stored in " + PATIENCE);
                }
                if (sent.isDone() && sent.state() == Future.State.FAILED) {
                    throw new ExecutionException("the producer failed", sent.exceptionNow());
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    /** Answers when all rows were in the log. */
    private Callable<Long> producer(long firstKey, int rows) {
        int counted = ingestion++;
        return () -> {
            try (GroupWriter writer = new GroupWriter(group, counted, CLIENT_LINGER_MILLIS)) {
                for (long key = firstKey; key < firstKey + rows; key++) {
                    writer.send(key, (double) key);
                }
                writer.flush();
                return System.nanoTime();
            }
        };
    }

    private Map<TopicPartition, Long> ends() throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = node.logConsumer()) {
            List<TopicPartition> all = consumer
                    .partitionsFor(group.path("topic").asText())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            return new HashMap<>(consumer.endOffsets(all));
        }
    }

    private Run consume(Map<TopicPartition, Long> from, int rows) throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = node.logConsumer()) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            ProcessCpu.Shares shares = new ProcessCpu.Shares(node.pids());
            long start = System.nanoTime();
            long first = 0;
            long firstRows = 0;
            long done = 0;
            while (done < rows) {
                done += consumer.poll(Duration.ofMillis(100)).count();
                long now = System.nanoTime();
                if (first == 0 && done > 0) {
                    first = now;
                    firstRows = done;
                }
                if (now - start > PATIENCE.toNanos()) {
                    throw new IOException(done + " of " + rows + " rows were read in " + PATIENCE);
                }
            }
            return new Run(rows, done - firstRows, System.nanoTime() - first, shares.nodeNanos());
        }
    }
}
