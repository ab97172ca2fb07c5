package io.hopyard.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.error.FeatureStoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path directory;

    private CertificateAuthority open() {
        return CertificateAuthority.open(directory, Clock.systemUTC(), RANDOM);
    }

    @Test
    void authorityIsTheSameAfterARestart() {
        assertThat(open().pem()).isEqualTo(open().pem());
    }

    @Test
    void keyFileIsReadableByItsOwnerOnly() throws IOException {
        open();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void keyOfAnotherAuthorityIsRefused(@TempDir Path other) throws IOException {
        open();
        CertificateAuthority.open(other, Clock.systemUTC(), RANDOM);
        Files.copy(
                other.resolve("ca.key"),
                directory.resolve("ca.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::open)
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("the key is not the certificate's");
    }

    @Test
    void serverIsTrustedUnderItsNamesOnly() throws Exception {
        CertificateAuthority authority = open();
        Identity server = authority.issue("node:a", List.of("127.0.0.1", "flyingduck.service.hopyard"), LIFE);
        Identity client = authority.issue("flights__meb10000", List.of(), LIFE);
        assertThat(handshake(server, client, "127.0.0.1")).contains("CN=flights__meb10000");
        assertThat(handshake(server, client, "flyingduck.service.hopyard")).contains("flights__meb10000");
        assertThatThrownBy(() -> handshake(server, client, "elsewhere.example")).isInstanceOf(SSLException.class);
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused(@TempDir Path other) {
        Identity server = open().issue("node:a", List.of("127.0.0.1"), LIFE);
        Identity stranger =
                CertificateAuthority.open(other, Clock.systemUTC(), RANDOM).issue("flights__meb10000", List.of(), LIFE);
        assertThatThrownBy(() -> handshake(server, stranger, "127.0.0.1")).isInstanceOf(SSLException.class);
    }

    private static String handshake(Identity server, Identity client, String host) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) server.sslContext()
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            listener.setNeedClientAuth(true);
            Future<String> peer = pool.submit(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.startHandshake();
                    accepted.getOutputStream().write(1);
                    return accepted.getSession().getPeerPrincipal().getName();
                }
            });
            try (SSLSocket socket = (SSLSocket) client.sslContext()
                    .getSocketFactory()
                    .createSocket(
                            new java.net.Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort()),
                            host,
                            listener.getLocalPort(),
                            true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            }
            return peer.get();
        }
    }

    @Test
    void keptCertificateIsRenewedWhenItsHostsGrowOrItsEndIsNear() {
        CertificateAuthority authority = CertificateAuthority.open(directory, CLOCK, RANDOM);
        CertificateAuthority.Request request =
                new CertificateAuthority.Request("server", "node:a", List.of("127.0.0.1"), LIFE, Duration.ofDays(30));
        Identity first = authority.openOrIssue(directory, request);
        assertThat(authority.openOrIssue(directory, request).certificate()).isEqualTo(first.certificate());

        Identity wider = authority.openOrIssue(
                directory,
                new CertificateAuthority.Request(
                        "server", "node:a", List.of("127.0.0.1", "10.0.0.5"), LIFE, Duration.ofDays(30)));
        assertThat(wider.certificate()).isNotEqualTo(first.certificate());

        Clock later = Clock.fixed(NOW.plus(Duration.ofDays(70)), ZoneOffset.UTC);
        Identity renewed = CertificateAuthority.open(directory, later, RANDOM).openOrIssue(directory, request);
        assertThat(renewed.expires()).isAfter(wider.expires());
    }

    @Test
    void projectUserGetsStoresThatOpenWithThePassword() throws Exception {
        ProjectCredentials credentials = new ProjectCertificates(open(), LIFE, RANDOM).issue("flights", "meb10000");
        char[] password = credentials.password().toCharArray();
        KeyStore keys = KeyStore.getInstance("JKS");
        keys.load(new ByteArrayInputStream(Base64.getDecoder().decode(credentials.keyStore())), password);
        KeyStore trusted = KeyStore.getInstance("JKS");
        trusted.load(new ByteArrayInputStream(Base64.getDecoder().decode(credentials.trustStore())), password);
        assertThat(keys.getKey("hopyard", password).getAlgorithm()).isEqualTo("EC");
        assertThat(trusted.isCertificateEntry("authority")).isTrue();
        assertThat(credentials.password()).matches("[A-Za-z0-9]{32}");
        assertThat(credentials.clientKey()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(credentials.clientCertificate()).startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(credentials.caChain()).isEqualTo(open().pem());
        assertThat(credentials.toString()).doesNotContain(credentials.password());
    }
}
