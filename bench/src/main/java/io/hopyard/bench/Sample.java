package io.hopyard.bench;

import java.util.Arrays;

/** Measured values in order; says where a share of them lies. Immutable. */
final class Sample {
    private final double[] sorted;

    private Sample(double[] sorted) {
        this.sorted = sorted;
    }

    static Sample of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    /** Nanoseconds as microseconds. */
    static Sample micros(long[] nanos) {
        return of(Arrays.stream(nanos).mapToDouble(value -> value / 1e3).toArray());
    }

    /**
     * The smallest value that is not below this share of all values (nearest rank); NaN of nothing.
     *
     * @param share 0 to 1
     */
    double quantile(double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }

    double median() {
        return quantile(0.5);
    }

    double min() {
        return quantile(0);
    }

    double max() {
        return quantile(1);
    }
}
