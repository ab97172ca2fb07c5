package io.hopyard.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.wire.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Feature vectors over HTTP keep-alive beside an echo of the same size on the same HTTP stack and, when there is one,
 * beside Feast's server over Redis with the same rows. Each is measured in turn, several rounds long, so that a disturbed
 * machine disturbs all; the median of the rounds is told.
 *
 * <p>Arguments: host, port of the online API, data directory of the node, file that {@code fill.py} printed, pid of the
 * node, number of keys, seconds per measurement, and the file that {@code feast_peer.py} printed or {@code -}.
 */
public final class OnlineBench {
    private static final int ROUNDS = 3;
    private static final int BODIES = 500;
    private static final int BATCH = 100;
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private OnlineBench() {}

    private record Candidate(String name, HttpLoad load, List<Long> pids) {}

    public static void main(String[] arguments) throws Exception {
        String host = arguments[0];
        Path data = Path.of(arguments[2]);
        JsonNode filled = Json.parse(Files.readAllBytes(Path.of(arguments[3])));
        Duration seconds = Duration.ofSeconds(Long.parseLong(arguments[6]));
        SSLContext tls = TrustedAuthority.sslContext(Files.readString(data.resolve("identity/ca.pem")));
        InetSocketAddress door = new InetSocketAddress(host, Integer.parseInt(arguments[1]));
        Map<String, String> key =
                Map.of("X-API-KEY", Files.readString(data.resolve("admin.key")).strip());
        long pid = Long.parseLong(arguments[4]);
        int keys = Integer.parseInt(arguments[5]);
        Process echo = startEcho(host);
        try (BufferedReader echoPort = echo.inputReader(StandardCharsets.UTF_8)) {
            InetSocketAddress echoDoor = new InetSocketAddress(host, Integer.parseInt(echoPort.readLine()));
            System.out.printf("%-28s %11s %9s %9s %12s%n", "", "requests/s", "p50 us", "p99 us", "CPU us/req");
            HttpTarget single = new HttpTarget(door, filled.path("path").asText(), key, tls);
            List<byte[]> bodies = singles(filled.path("body"), keys);
            Candidate ours = new Candidate("hopyard", new HttpLoad(single, bodies), List.of(pid));
            List<Candidate> one = new ArrayList<>(List.of(echo(echoDoor, echo, single, bodies), ours));
            if (!arguments[7].equals("-")) {
                one.add(peer(Json.parse(Files.readAllBytes(Path.of(arguments[7]))), keys));
            }
            compare("one vector", one, 1, seconds);
            compare("one vector", one, 8, seconds);

            HttpTarget batch = new HttpTarget(door, filled.path("batchPath").asText(), key, tls);
            List<byte[]> batches = batches(filled.path("body"), keys);
            Candidate oursBatch = new Candidate("hopyard", new HttpLoad(batch, batches), List.of(pid));
            double cpu =
                    compare("batch of " + BATCH, List.of(echo(echoDoor, echo, batch, batches), oursBatch), 4, seconds);
            System.out.printf("batch of %d: %,.0f vectors per second of server CPU%n", BATCH, BATCH * 1e6 / cpu);
        } finally {
            echo.outputWriter(StandardCharsets.UTF_8).close();
            echo.waitFor();
        }
    }

    private static Process startEcho(String host) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(EchoServer.class.getName(), host));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** An echo that sends as many bytes as the real answer to the first body has. */
    private static Candidate echo(InetSocketAddress address, Process process, HttpTarget real, List<byte[]> bodies)
            throws IOException {
        int size;
        try (HttpConnection connection = new HttpConnection(real)) {
            int status = connection.ask(real.post(bodies.getFirst()));
            size = connection.answer().length;
            if (status != 200) {
                throw new IOException("status " + status + ": "
                        + new String(connection.answer(), StandardCharsets.UTF_8) + " (expected: 200)");
            }
        }
        HttpTarget target = new HttpTarget(address, "/echo/" + size, Map.of(), trustAnyone());
        return new Candidate("echo of " + size + " bytes", new HttpLoad(target, bodies), List.of(process.pid()));
    }

    private static Candidate peer(JsonNode peer, int keys) {
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
        return new Candidate("feast over redis", new HttpLoad(target, bodies), pids);
    }

    private static List<byte[]> singles(JsonNode body, int keys) {
        Random random = new Random(1);
        List<byte[]> bodies = new ArrayList<>();
        for (int index = 0; index < BODIES; index++) {
            ObjectNode copy = body.deepCopy();
            copy.putObject("entries").put("id", random.nextInt(keys));
            bodies.add(Json.bytes(copy));
        }
        return bodies;
    }

    private static List<byte[]> batches(JsonNode body, int keys) {
        Random random = new Random(1);
        List<byte[]> bodies = new ArrayList<>();
        for (int index = 0; index < BODIES; index++) {
            ObjectNode copy = body.deepCopy();
            ArrayNode entries = copy.putArray("entries");
            for (int entry = 0; entry < BATCH; entry++) {
                entries.addObject().put("id", random.nextInt(keys));
            }
            bodies.add(Json.bytes(copy));
        }
        return bodies;
    }

    /** Prints a line per candidate. Returns the CPU time per request of the one named hopyard, in microseconds. */
    private static double compare(String what, List<Candidate> candidates, int connections, Duration seconds)
            throws IOException, InterruptedException {
        List<List<HttpLoad.Result>> results = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate.load().run(connections, WARM_UP, candidate.pids());
            results.add(new ArrayList<>());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int index = 0; index < candidates.size(); index++) {
                Candidate candidate = candidates.get(index);
                results.get(index).add(candidate.load().run(connections, seconds, candidate.pids()));
            }
        }
        System.out.printf("%s, %d connection(s), median of %d rounds%n", what, connections, ROUNDS);
        double cpu = Double.NaN;
        HttpLoad.@Nullable Result hopyard = null;
        for (int index = 0; index < candidates.size(); index++) {
            HttpLoad.Result median = HttpLoad.Result.median(results.get(index));
            System.out.printf(
                    "  %-26s %,11.0f %9.0f %9.0f %12.1f%s%n",
                    candidates.get(index).name(),
                    median.perSecond(),
                    median.p50Micros(),
                    median.p99Micros(),
                    median.serverCpuMicrosPerRequest(),
                    median.failures() == 0 ? "" : "  FAILED: " + median.failures());
            if (candidates.get(index).name().equals("hopyard")) {
                hopyard = median;
                cpu = median.serverCpuMicrosPerRequest();
            }
        }
        for (int index = 0; hopyard != null && index < candidates.size(); index++) {
            HttpLoad.Result other = HttpLoad.Result.median(results.get(index));
            if (!candidates.get(index).name().equals("hopyard")) {
                System.out.printf(
                        "  hopyard against %s: p50 x%.2f, p99 x%.2f, CPU x%.2f%n",
                        candidates.get(index).name(),
                        hopyard.p50Micros() / other.p50Micros(),
                        hopyard.p99Micros() / other.p99Micros(),
                        hopyard.serverCpuMicrosPerRequest() / other.serverCpuMicrosPerRequest());
            }
        }
        return cpu;
    }

    /** For the echo, whose certificate nobody else knows. */
    private static SSLContext trustAnyone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyone()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
