package io.hopyard.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A closed load: every connection sends the next request when it has the answer to the last one. What it measures is what
 * a client sees, its own cost included; so compare only figures taken by it, on the same machine, in the same run.
 */
final class HttpLoad {
    private static final int SAMPLES_MAX = 2_000_000;

    private final HttpTarget target;
    private final List<byte[]> requests;

    /** @param bodies sent in turn, each connection starting at another one */
    HttpLoad(HttpTarget target, List<byte[]> bodies) {
        this.target = target;
        this.requests = bodies.stream().map(target::post).toList();
    }

    /**
     * One run.
     *
     * @param serverCpuNanos CPU time that the server's processes used meanwhile
     * @param failures answers other than 200
     */
    record Result(
            long requests, long failures, long wallNanos, long serverCpuNanos, double p50Micros, double p99Micros) {
        double perSecond() {
            return requests * 1e9 / wallNanos;
        }

        double serverCpuMicros() {
            return serverCpuNanos / 1e3 / requests;
        }
    }

    Result run(int connections, Duration duration, List<Long> serverPids) throws IOException, InterruptedException {
        long cpuBefore = ProcessCpu.nanos(serverPids);
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        List<long[]> samples = new ArrayList<>();
        long failures = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(connections)) {
            List<Future<Worker>> workers = new ArrayList<>();
            for (int index = 0; index < connections; index++) {
                int first = index * requests.size() / connections;
                workers.add(pool.submit(() -> new Worker(first).drive(end)));
            }
            for (Future<Worker> future : workers) {
                Worker worker = future.get();
                samples.add(Arrays.copyOf(worker.nanos, worker.count));
                failures += worker.failures;
            }
        } catch (ExecutionException e) {
            throw new IOException("a connection of the load failed", e.getCause());
        }
        long wall = System.nanoTime() - start;
        long cpu = ProcessCpu.nanos(serverPids) - cpuBefore;
        long[] all = samples.stream().flatMapToLong(Arrays::stream).toArray();
        Sample sample = Sample.micros(all);
        return new Result(all.length, failures, wall, cpu, sample.median(), sample.quantile(0.99));
    }

    private final class Worker {
        private final int first;
        private long[] nanos = new long[1 << 12];
        private int count;
        private long failures;

        Worker(int first) {
            this.first = first;
        }

        Worker drive(long end) throws IOException {
            try (HttpConnection connection = new HttpConnection(target)) {
                int next = first;
                long before = System.nanoTime();
                while (before < end && count < SAMPLES_MAX) {
                    if (connection.ask(requests.get(next)) != 200) {
                        failures++;
                    }
                    long after = System.nanoTime();
                    if (count == nanos.length) {
                        nanos = Arrays.copyOf(nanos, 2 * count);
                    }
                    nanos[count++] = after - before;
                    before = after;
                    next = next + 1 == requests.size() ? 0 : next + 1;
                }
            }
            return this;
        }
    }
}
