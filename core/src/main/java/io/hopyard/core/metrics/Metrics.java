package io.hopyard.core.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * The metrics of one node. Names are {@code <part>_<thing>_<unit>}; a part registers all of its metrics when it is
 * constructed, so that one that has not started shows up with zeros. Asking for the same name and labels again returns
 * the same metric. Thread safe.
 */
public final class Metrics {
    private static final double[] SECONDS = {
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** A number that only grows. */
    public static final class Counter {
        private final LongAdder value = new LongAdder();

        public void add(long amount) {
            value.add(amount);
        }

        public void increment() {
            value.increment();
        }

        public long count() {
            return value.sum();
        }
    }

    /** Durations in fixed buckets from 50 microseconds to 10 seconds. */
    public static final class Histogram {
        private final AtomicLongArray buckets = new AtomicLongArray(SECONDS.length + 1);
        private final LongAdder sumNanos = new LongAdder();

        public void record(long nanos) {
            double seconds = nanos / 1e9;
            int bucket = 0;
            while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
                bucket++;
            }
            buckets.incrementAndGet(bucket);
            sumNanos.add(nanos);
        }

        public long count() {
            long count = 0;
            for (int bucket = 0; bucket < buckets.length(); bucket++) {
                count += buckets.get(bucket);
            }
            return count;
        }
    }

    private record Family(String type, String help, Map<String, Object> members) {}

    /** @param labels name and value in turn */
    public Counter counter(String name, String help, String... labels) {
        return (Counter) member("counter", name, help, labels, new Counter());
    }

    /** @param labels name and value in turn */
    public Histogram histogram(String name, String help, String... labels) {
        return (Histogram) member("histogram", name, help, labels, new Histogram());
    }

    /** @param labels name and value in turn */
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        family("gauge", name, help).members().put(labelText(labels), value);
    }

    private Object member(String type, String name, String help, String[] labels, Object fresh) {
        Object there = family(type, name, help).members().putIfAbsent(labelText(labels), fresh);
        return there == null ? fresh : there;
    }

    private Family family(String type, String name, String help) {
        Family family = families.computeIfAbsent(name, key -> new Family(type, help, new ConcurrentSkipListMap<>()));
        if (!family.type().equals(type)) {
            throw new IllegalArgumentException(
                    "metric " + name + ": " + type + " (expected: " + family.type() + ", as registered)");
        }
        return family;
    }

    private static String labelText(String[] labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("labels: " + Arrays.toString(labels) + " (expected: pairs)");
        }
        Map<String, String> sorted = new TreeMap<>();
        for (int index = 0; index < labels.length; index += 2) {
            sorted.put(labels[index], labels[index + 1]);
        }
        return sorted.entrySet().stream()
                .map(label -> label.getKey() + "=\""
                        + label.getValue()
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n") + "\"")
                .collect(Collectors.joining(","));
    }

    /** All metrics in the Prometheus text format 0.0.4. */
    public String prometheus() {
        StringBuilder out = new StringBuilder(4096);
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
            family.members().forEach((labels, member) -> {
                switch (member) {
                    case Counter counter -> sample(out, name, labels, (double) counter.count());
                    case Histogram histogram -> histogram(out, name, labels, histogram);
                    case DoubleSupplier gauge -> sample(out, name, labels, gauge.getAsDouble());
                    default -> throw new IllegalStateException("unknown metric " + member);
                }
            });
        });
        return out.toString();
    }

    private static void histogram(StringBuilder out, String name, String labels, Histogram histogram) {
        String comma = labels.isEmpty() ? "" : ",";
        long count = 0;
        for (int bucket = 0; bucket <= SECONDS.length; bucket++) {
            count += histogram.buckets.get(bucket);
            String limit = bucket < SECONDS.length ? Double.toString(SECONDS[bucket]) : "+Inf";
            sample(out, name + "_bucket", labels + comma + "le=\"" + limit + "\"", (double) count);
        }
        sample(out, name + "_sum", labels, histogram.sumNanos.sum() / 1e9);
        sample(out, name + "_count", labels, (double) count);
    }

    private static void sample(StringBuilder out, String name, String labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append('\n');
    }
}
