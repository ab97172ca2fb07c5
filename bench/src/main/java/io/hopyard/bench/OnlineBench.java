package io.hopyard.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Feature vectors over HTTP keep-alive: a grid of rows per request and features per row, each cell beside an echo of the
 * same size on the same HTTP stack; a single vector also beside Feast's server over Redis with the same rows, when there
 * is one. Prints tables in Markdown.
 *
 * <p>Arguments: {@code --host}, {@code --data} and {@code --pid} of the node; {@code --filled}, the file that
 * {@code fill.py} printed; {@code --keys}, how many there are; {@code --rows} and {@code --features}, the grid;
 * {@code --rounds} and {@code --seconds} of each measurement; {@code --peer}, the file that {@code feast_peer.py} printed
 * or {@code -}.
 */
public final class OnlineBench {
    private static final int BODIES = 500;
    private static final List<Integer> CONNECTIONS = List.of(1, 8);
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(5);
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private final BenchNode node;
    private final Echo echo;
    private final int keys;
    private final Comparison comparison;

    private OnlineBench(BenchNode node, Echo echo, Arguments arguments) {
        this.node = node;
        this.echo = echo;
        this.keys = arguments.number("keys");
        this.comparison =
                new Comparison(arguments.number("rounds"), WARM_UP, Duration.ofSeconds(arguments.number("seconds")));
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        JsonNode filled = Json.parse(Files.readAllBytes(arguments.path("filled")));
        BenchNode node = BenchNode.of(arguments);
        try (Echo echo = new Echo(node.host())) {
            OnlineBench bench = new OnlineBench(node, echo, arguments);
            bench.warmUp(filled, arguments.numbers("features").getFirst());
            bench.grid(filled, arguments.numbers("rows"), arguments.numbers("features"));
            if (!arguments.text("peer").equals("-")) {
                bench.beside(
                        Json.parse(Files.readAllBytes(Path.of(arguments.text("peer")))),
                        filled,
                        arguments.numbers("features").getFirst());
            }
            System.out.println(ProcessCpu.machine());
        }
    }

    private void warmUp(JsonNode filled, int features) throws IOException, InterruptedException {
        for (Comparison.Candidate candidate : cell(filled, 1, features)) {
            candidate.load().run(8, FIRST_WARM_UP, candidate.pids());
        }
    }

    private void grid(JsonNode filled, List<Integer> rows, List<Integer> features)
            throws IOException, InterruptedException {
        System.out.println("| features | rows | connections | bytes | p50 us | p99 us | p50 / echo | p99 / echo"
                + " | CPU us | CPU / echo | vectors/s per core |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int width : features) {
            for (int height : rows) {
                List<Comparison.Candidate> pair = cell(filled, height, width);
                for (int connections : CONNECTIONS) {
                    List<Comparison.Summary> both = comparison.of(pair, connections);
                    Comparison.Summary floor = both.getFirst();
                    Comparison.Summary ours = both.getLast();
                    System.out.printf(
                            "| %d | %d | %d | %s | %,.0f | %,.0f | %.2f | %.2f | %.1f | %.2f | %,.0f |%s%n",
                            width,
                            height,
                            connections,
                            pair.getFirst().name(),
                            ours.p50Micros(),
                            ours.p99Micros(),
                            ours.p50Micros() / floor.p50Micros(),
                            ours.p99Micros() / floor.p99Micros(),
                            ours.serverCpuMicros(),
                            ours.serverCpuMicros() / floor.serverCpuMicros(),
                            height * 1e6 / ours.serverCpuMicros(),
                            failures(both));
                }
            }
        }
    }

    private void beside(JsonNode peer, JsonNode filled, int features) throws IOException, InterruptedException {
        List<Comparison.Candidate> all = new ArrayList<>(cell(filled, 1, features));
        all.set(
                0,
                new Comparison.Candidate(
                        "echo", all.getFirst().load(), all.getFirst().pids()));
        all.add(feast(peer));
        System.out.printf(
                "%n| one vector of %d features | connections | requests/s | p50 us | p99 us | CPU us |%n", features);
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (int connections : CONNECTIONS) {
            List<Comparison.Summary> summaries = comparison.of(all, connections);
            for (int index = 0; index < all.size(); index++) {
                Comparison.Summary summary = summaries.get(index);
                System.out.printf(
                        "| %s | %d | %,.0f | %,.0f | %,.0f | %.1f |%s%n",
                        all.get(index).name(),
                        connections,
                        summary.perSecond(),
                        summary.p50Micros(),
                        summary.p99Micros(),
                        summary.serverCpuMicros(),
                        failures(List.of(summary)));
            }
        }
    }

    private static String failures(List<Comparison.Summary> summaries) {
        long failures =
                summaries.stream().mapToLong(Comparison.Summary::failures).sum();
        return failures == 0 ? "" : " FAILED: " + failures;
    }

    /** The echo, named by the bytes that it and Hopyard answer, and Hopyard. */
    private List<Comparison.Candidate> cell(JsonNode filled, int rows, int features) throws IOException {
        JsonNode view = filled.path(Integer.toString(features));
        HttpTarget target =
                node.online(view.path(rows == 1 ? "path" : "batchPath").asText());
        List<byte[]> bodies = bodies(view.path("body"), rows);
        int bytes = answerBytes(target, bodies.getFirst());
        return List.of(
                new Comparison.Candidate(
                        Integer.toString(bytes), new HttpLoad(echo.answering(bytes), bodies), echo.pids()),
                new Comparison.Candidate("Hopyard", new HttpLoad(target, bodies), node.pids()));
    }

    private static int answerBytes(HttpTarget target, byte[] body) throws IOException {
        try (HttpConnection connection = new HttpConnection(target)) {
            int status = connection.ask(target.post(body));
            if (status != 200) {
                throw new IOException("status " + status + ": "
                        + new String(connection.answer(), StandardCharsets.UTF_8) + " (expected: 200)");
            }
            return connection.answer().length;
        }
    }

    private Comparison.Candidate feast(JsonNode peer) {
        URI url = URI.create(peer.path("url").asText());
        HttpTarget target = new HttpTarget(
                new InetSocketAddress(url.getHost(), url.getPort()),
                peer.path("path").asText(),
                Map.of(),
                null);
        Random random = new Random(2);
        List<byte[]> bodies = new ArrayList<>();
        for (int index = 0; index < BODIES; index++) {
            ObjectNode body = peer.path("body").deepCopy();
            ((ObjectNode) body.path("entities")).putArray("id").add(random.nextInt(keys));
            bodies.add(Json.bytes(body));
        }
        List<Long> pids = new ArrayList<>();
        peer.path("pids").forEach(pid -> pids.add(pid.asLong()));
        return new Comparison.Candidate("Feast over Redis", new HttpLoad(target, bodies), pids);
    }

    private List<byte[]> bodies(JsonNode body, int rows) {
        Random random = new Random(1);
        List<byte[]> bodies = new ArrayList<>();
        for (int index = 0; index < BODIES; index++) {
            ObjectNode copy = body.deepCopy();
            if (rows == 1) {
                copy.putObject("entries").put("id", random.nextInt(keys));
            } else {
                ArrayNode entries = copy.putArray("entries");
                for (int entry = 0; entry < rows; entry++) {
                    entries.addObject().put("id", random.nextInt(keys));
                }
            }
            bodies.add(Json.bytes(copy));
        }
        return bodies;
    }
}
