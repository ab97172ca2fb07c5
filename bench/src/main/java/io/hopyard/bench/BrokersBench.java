package io.hopyard.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/**
 * Single feature vectors from one broker of a cluster, and from two at once: requests per second, and the brokers' CPU per
 * request, which shows whether a second broker costs anything where cores are too few for both.
 *
 * <p>Arguments: {@code --data} of a head, {@code --filled}, the file that {@code fill.py} printed, {@code --features} of the
 * view, {@code --keys}, {@code --brokers} as {@code host:pid,host:pid}, {@code --connections} to each broker,
 * {@code --rounds}, {@code --seconds}, {@code --json}, a file or {@code -}.
 */
public final class BrokersBench {
    private static final int BODIES = 500;
    private static final int ONLINE_PORT = 4406;

    private BrokersBench() {}

    private record Broker(HttpLoad load, long pid) {}

    private record Figures(double perSecond, double cpuMicros, long failures) {}

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        JsonNode view = Json.parse(Files.readAllBytes(arguments.path("filled"))).path(arguments.text("features"));
        List<byte[]> bodies = bodies(view.path("body"), arguments.number("keys"));
        BenchNode head = BenchNode.of(arguments);
        List<Broker> brokers = new ArrayList<>();
        for (String broker : arguments.text("brokers").split(",", -1)) {
            int colon = broker.indexOf(':');
            HttpTarget known = head.online(view.path("path").asText());
            HttpTarget target = at(known, broker.substring(0, colon));
            brokers.add(new Broker(new HttpLoad(target, bodies), Long.parseLong(broker.substring(colon + 1))));
        }
        int connections = arguments.number("connections");
        Duration time = Duration.ofSeconds(arguments.number("seconds"));
        run(brokers, connections, time);
        List<Figures> one = new ArrayList<>();
        List<Figures> all = new ArrayList<>();
        for (int round = 0; round < arguments.number("rounds"); round++) {
            one.add(run(brokers.subList(round % brokers.size(), round % brokers.size() + 1), connections, time));
            all.add(run(brokers, connections, time));
        }
        System.out.println("| brokers | requests/s | brokers' CPU us per request | failed |");
        System.out.println("| --- | --- | --- | --- |");
        ObjectNode json = Json.object();
        print("1", one, json);
        print(Integer.toString(brokers.size()), all, json);
        double[] rates = new double[one.size()];
        double[] costs = new double[one.size()];
        for (int round = 0; round < rates.length; round++) {
            rates[round] = all.get(round).perSecond() / one.get(round).perSecond();
            costs[round] = all.get(round).cpuMicros() / one.get(round).cpuMicros();
        }
        double rate = Sample.of(rates).median();
        double cost = Sample.of(costs).median();
        json.put("rateRatio", rate).put("cpuRatio", cost);
        System.out.printf(
                "all / one: %.2f of the requests/s, %.2f of the CPU per request; %s%n",
                rate, cost, ProcessCpu.machine());
        if (!arguments.text("json").equals("-")) {
            Files.write(arguments.path("json"), Json.bytes(json));
        }
    }

    private static HttpTarget at(HttpTarget known, String host) {
        SSLContext tls = known.tls();
        return new HttpTarget(new InetSocketAddress(host, ONLINE_PORT), known.path(), Map.copyOf(known.headers()), tls);
    }

    private static void print(String brokers, List<Figures> rounds, ObjectNode json) {
        double perSecond = Sample.of(
                        rounds.stream().mapToDouble(Figures::perSecond).toArray())
                .median();
        double cpu = Sample.of(rounds.stream().mapToDouble(Figures::cpuMicros).toArray())
                .median();
        long failures = rounds.stream().mapToLong(Figures::failures).sum();
        System.out.printf("| %s | %,.0f | %.1f | %d |%n", brokers, perSecond, cpu, failures);
        json.putObject(brokers)
                .put("requestsPerSecond", perSecond)
                .put("cpuMicrosPerRequest", cpu)
                .put("failures", failures);
    }

    private static Figures run(List<Broker> brokers, int connections, Duration time)
            throws IOException, InterruptedException {
        List<HttpLoad.Result> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(brokers.size())) {
            List<Future<HttpLoad.Result>> running = new ArrayList<>();
            for (Broker broker : brokers) {
                running.add(executor.submit(() -> broker.load().run(connections, time, List.of(broker.pid()))));
            }
            for (Future<HttpLoad.Result> one : running) {
                results.add(one.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("the load of a broker failed", e.getCause());
        }
        long requests = results.stream().mapToLong(HttpLoad.Result::requests).sum();
        return new Figures(
                results.stream().mapToDouble(HttpLoad.Result::perSecond).sum(),
                results.stream().mapToLong(HttpLoad.Result::serverCpuNanos).sum() / 1e3 / requests,
                results.stream().mapToLong(HttpLoad.Result::failures).sum());
    }

    private static List<byte[]> bodies(JsonNode body, int keys) {
        Random random = new Random(1);
        List<byte[]> bodies = new ArrayList<>();
        for (int index = 0; index < BODIES; index++) {
            ObjectNode copy = body.deepCopy();
            copy.putObject("entries").put("id", random.nextInt(keys));
            bodies.add(Json.bytes(copy));
        }
        return bodies;
    }
}
