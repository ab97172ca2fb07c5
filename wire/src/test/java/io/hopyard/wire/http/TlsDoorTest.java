package io.hopyard.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsDoorTest {
    private static final String HOST = "127.0.24.4";
    private static final char[] PASSWORD = "test-only".toCharArray();

    @TempDir
    private Path folder;

    private static final Gate OPEN = new Gate() {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            return new Caller(1, "u", "u@example.com", false, Set.of(Scope.values()));
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return true;
        }
    };

    private SSLContext context() throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "SAN=ip:" + HOST,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void silenceInTheMiddleOfABodyIsCutUnderTlsToo() throws Exception {
        SSLContext context = context();
        Route route = new Route(
                "POST",
                "/size",
                Access.PUBLIC,
                Scope.PROJECT,
                Set.of(),
                "a test",
                exchange -> Answer.ok(Json.object().put("size", exchange.body().length)));
        try (HttpDoor door = new HttpDoor(
                HttpSettings.at("tls", HOST, 0)
                        .withTls(context)
                        .withTimeouts(Duration.ofMinutes(2), Duration.ofMillis(300), Duration.ofSeconds(5)),
                List.of(route),
                new HttpDoor.Parts(OPEN, KeySource.AUTHORIZATION, ErrorWriter.REST, new Metrics(), System::nanoTime))) {
            door.start();
            try (Socket silent = context.getSocketFactory().createSocket(HOST, door.port())) {
                silent.setSoTimeout(20_000);
                silent.getOutputStream()
                        .write("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"
                                .getBytes(StandardCharsets.US_ASCII));
                InputStream in = silent.getInputStream();

                assertThatThrownBy(() -> {
                            if (in.read() < 0) {
                                throw new EOFException();
                            }
                        })
                        .isInstanceOfAny(EOFException.class, SSLException.class, SocketException.class);
            }
        }
    }

    @Test
    void doorSpeaksTlsAndSaysSoInItsAddresses() throws Exception {
        SSLContext context = context();
        Route route = new Route(
                "GET",
                "/base",
                Access.USER,
                Scope.PROJECT,
                Set.of(),
                "a test",
                exchange -> Answer.text(200, "text/plain", exchange.baseUrl()));
        try (HttpDoor door = new HttpDoor(
                        HttpSettings.at("tls", HOST, 0).withTls(context),
                        List.of(route),
                        new HttpDoor.Parts(
                                OPEN, KeySource.AUTHORIZATION, ErrorWriter.REST, new Metrics(), System::nanoTime));
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            door.start();
            String base = "https://" + HOST + ":" + door.port();

            HttpResponse<String> reply = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/base")).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(reply.body()).isEqualTo(base);
            try (RawHttp plain = new RawHttp(HOST, door.port())) {
                plain.send("GET /base HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(plain.rest()).doesNotContain("200");
            }
            try (RawHttp cut = new RawHttp(HOST, door.port())) {
                cut.send(new byte[] {22, 3, 1, 0});
            }
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(base + "/base"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
