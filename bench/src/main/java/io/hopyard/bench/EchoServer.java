package io.hopyard.bench;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limit for the online API: the same HTTP stack with TLS in a process of its own, which reads the body and answers
 * with as many bytes as the path says. Ends with its standard input.
 */
final class EchoServer {
    private static final byte BLANK = ' ';

    private EchoServer() {}

    public static void main(String[] arguments) throws IOException {
        String host = arguments[0];
        Path folder = Files.createTempDirectory("hopyard-echo");
        try {
            Identity identity = CertificateAuthority.open(folder, Clock.systemUTC(), new SecureRandom())
                    .issue("node:echo", List.of(host), Duration.ofDays(1));
            Route route = new Route(
                    "POST", "/echo/{bytes}", Access.PUBLIC, Scope.FEATURESTORE, Set.of(), "Answers.", exchange -> {
                        exchange.body();
                        byte[] answer = new byte[(int) exchange.pathNumber("bytes")];
                        java.util.Arrays.fill(answer, BLANK);
                        return Answer.bytes("application/json", answer);
                    });
            try (HttpDoor door = new HttpDoor(
                    HttpSettings.at("echo", host, 0).withTls(identity.sslContext()),
                    List.of(route),
                    new HttpDoor.Parts(
                            new Closed(), KeySource.X_API_KEY, ErrorWriter.REST, new Metrics(), System::nanoTime))) {
                door.start();
                System.out.println(door.port());
                System.out.flush();
                System.in.readAllBytes();
            }
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Lets nobody in; the only route is public. */
    private static final class Closed implements Gate {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            throw new IllegalStateException("the echo server has no keys");
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return false;
        }
    }
}
