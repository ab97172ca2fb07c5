package io.hopyard.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Measures candidates in turn, several rounds long, so that what disturbs the machine disturbs all of them. */
record Comparison(int rounds, Duration warmUp, Duration duration) {
    /**
     * One server under one load.
     *
     * @param pids of the server's processes
     */
    record Candidate(String name, HttpLoad load, List<Long> pids) {}

    /** Medians over the rounds, each figure by itself. */
    record Summary(double perSecond, double p50Micros, double p99Micros, double serverCpuMicros, long failures) {
        private static Summary of(List<HttpLoad.Result> results) {
            return new Summary(
                    median(results, HttpLoad.Result::perSecond),
                    median(results, HttpLoad.Result::p50Micros),
                    median(results, HttpLoad.Result::p99Micros),
                    median(results, HttpLoad.Result::serverCpuMicros),
                    results.stream().mapToLong(HttpLoad.Result::failures).sum());
        }

        private static double median(List<HttpLoad.Result> results, ToDoubleFunction<HttpLoad.Result> figure) {
            return Sample.of(results.stream().mapToDouble(figure).toArray()).median();
        }
    }

    /** One summary per candidate, in their order. */
    List<Summary> of(List<Candidate> candidates, int connections) throws IOException, InterruptedException {
        List<List<HttpLoad.Result>> results = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate.load().run(connections, warmUp, candidate.pids());
            results.add(new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            for (int index = 0; index < candidates.size(); index++) {
                Candidate candidate = candidates.get(index);
                results.get(index).add(candidate.load().run(connections, duration, candidate.pids()));
            }
        }
        return results.stream().map(Summary::of).toList();
    }
}
