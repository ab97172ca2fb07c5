package io.hopyard.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Time from the write of a row until the online API answers with it, at a fixed rate: an open load, counted from the moment
 * at which the row should have been sent. Every row is waited for: one connection asks for all rows that are not there
 * yet, again and again, with a short rest in between, so the resolution is about a millisecond.
 *
 * <p>Arguments: {@code --host}, {@code --data} and {@code --pid} of the node; {@code --group}, the file that
 * {@code group.py} printed; {@code --rate} in rows per second; {@code --seconds} of one run; {@code --rounds}.
 */
public final class FreshnessBench {
    private static final int KEYS = 10_000;
    private static final int ASKED_MAX = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    /** For the producer to meet the log before the first row is due. */
    private static final Duration LEAD = Duration.ofSeconds(2);

    private static final Duration REST = Duration.ofNanos(300_000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BenchNode node;
    private final JsonNode group;
    private final int rate;
    private int ingestion;
    private long next;

    private FreshnessBench(BenchNode node, JsonNode group, int rate) {
        this.node = node;
        this.group = group;
        this.rate = rate;
    }

    /** A row under way: the number that its first feature holds, and when it should have been sent. */
    private record Sent(long number, long nanos) {
        long key() {
            return number % KEYS;
        }
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        FreshnessBench bench = new FreshnessBench(
                BenchNode.of(arguments),
                Json.parse(Files.readAllBytes(arguments.path("group"))),
                arguments.number("rate"));
        System.out.println("warm-up");
        bench.run(WARM_UP);
        List<Round> rounds = new ArrayList<>();
        for (int round = 0; round < arguments.number("rounds"); round++) {
            rounds.add(bench.run(Duration.ofSeconds(arguments.number("seconds"))));
        }
        System.out.printf(
                "%n| %,d rows/s, %d rounds, median [min-max] | p50 ms | p99 ms | max ms |%n",
                arguments.number("rate"), rounds.size());
        System.out.println("| --- | --- | --- | --- |");
        tell("write to readable", rounds.stream().map(Round::readable).toList());
        tell("how late the sender itself was", rounds.stream().map(Round::late).toList());
        System.out.println(ProcessCpu.machine());
    }

    private static void tell(String name, List<Sample> rounds) {
        System.out.printf("| %s |", name);
        for (double share : List.of(0.5, 0.99, 1.0)) {
            Sample millis = Sample.of(rounds.stream()
                    .mapToDouble(round -> round.quantile(share) / 1e3)
                    .toArray());
            System.out.printf(" %.1f [%.1f-%.1f] |", millis.median(), millis.min(), millis.max());
        }
        System.out.println();
    }

    /**
     * Microseconds of one run.
     *
     * @param late how long after its moment a row was sent: what the machine does to a thread that only wants to wake
     */
    private record Round(Sample readable, Sample late) {}

    private Round run(Duration duration) throws Exception {
        Queue<Sent> sent = new ConcurrentLinkedQueue<>();
        int rows = (int) (rate * duration.toSeconds());
        ProcessCpu.Shares shares = new ProcessCpu.Shares(node.pids());
        try (ExecutorService producing = Executors.newSingleThreadExecutor()) {
            Future<long[]> lateNanos = producing.submit(producer(sent, rows));
            Sample readable = Sample.micros(await(sent, rows));
            System.out.printf(
                    "p50 %.1f ms, p99 %.1f ms, max %.1f ms; %s%n",
                    readable.median() / 1e3, readable.quantile(0.99) / 1e3, readable.max() / 1e3, shares.text());
            return new Round(readable, Sample.micros(lateNanos.get()));
        }
    }

    /** Answers by how much each row was sent late. */
    private Callable<long[]> producer(Queue<Sent> sent, int rows) {
        int counted = ingestion++;
        long firstNumber = next;
        next += rows;
        return () -> {
            try (GroupWriter writer = new GroupWriter(group, counted, 0)) {
                long[] late = new long[rows];
                long start = System.nanoTime() + LEAD.toNanos();
                for (int row = 0; row < rows; row++) {
                    Sent now = new Sent(firstNumber + row, start + row * 1_000_000_000L / rate);
                    for (long wait = now.nanos() - System.nanoTime(); wait > 0; ) {
                        LockSupport.parkNanos(wait);
                        wait = now.nanos() - System.nanoTime();
                    }
                    late[row] = System.nanoTime() - now.nanos();
                    writer.send(now.key(), (double) now.number());
                    sent.add(now);
                }
                writer.flush();
                return late;
            }
        };
    }

    private long[] await(Queue<Sent> sent, int rows) throws IOException {
        HttpTarget target = node.online(group.path("batchPath").asText());
        Deque<Sent> waiting = new ArrayDeque<>();
        long[] nanos = new long[rows];
        int found = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos() + rows * 1_000_000_000L / rate;
        try (HttpConnection connection = new HttpConnection(target)) {
            while (found < rows) {
                for (Sent more = sent.poll(); more != null; more = sent.poll()) {
                    waiting.add(more);
                }
                if (!waiting.isEmpty()) {
                    JsonNode features = ask(connection, target, waiting);
                    long now = System.nanoTime();
                    Iterator<Sent> asked = waiting.iterator();
                    for (JsonNode row : features) {
                        Sent one = asked.next();
                        // The same key may have been written again meanwhile.
                        if (row.path(0).asDouble(-1) >= one.number()) {
                            nanos[found++] = now - one.nanos();
                            asked.remove();
                        }
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException(waiting.size() + " rows are not readable after " + PATIENCE);
                }
                LockSupport.parkNanos(REST.toNanos());
            }
        }
        return nanos;
    }

    /** The first features of the oldest rows that are waited for. */
    private JsonNode ask(HttpConnection connection, HttpTarget target, Deque<Sent> waiting) throws IOException {
        ObjectNode body = group.path("body").deepCopy();
        ArrayNode entries = body.putArray("entries");
        waiting.stream().limit(ASKED_MAX).forEach(row -> entries.addObject().put("id", row.key()));
        int status = connection.ask(target.post(Json.bytes(body)));
        if (status != 200) {
            throw new IOException("status " + status + ": " + new String(connection.answer(), StandardCharsets.UTF_8)
                    + " (expected: 200)");
        }
        return Json.parse(connection.answer()).path("features");
    }
}
