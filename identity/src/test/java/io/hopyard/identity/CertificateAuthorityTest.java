package io.hopyard.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Peer NODE = new Peer("a", Set.of(NodeRole.HEAD, NodeRole.DATA));
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
                new CertificateAuthority.Request("server", NODE, List.of("127.0.0.1"), LIFE, Duration.ofDays(30));
        Identity first = authority.openOrIssue(directory, request);
        assertThat(authority.openOrIssue(directory, request).certificate()).isEqualTo(first.certificate());

        Identity wider = authority.openOrIssue(
                directory,
                new CertificateAuthority.Request(
                        "server", NODE, List.of("127.0.0.1", "10.0.0.5"), LIFE, Duration.ofDays(30)));
        assertThat(wider.certificate()).isNotEqualTo(first.certificate());

        Clock later = Clock.fixed(NOW.plus(Duration.ofDays(70)), ZoneOffset.UTC);
        Identity renewed = CertificateAuthority.open(directory, later, RANDOM).openOrIssue(directory, request);
        assertThat(renewed.expires()).isAfter(wider.expires());
    }

    @Test
    void keptCertificateIsReplacedWhenTheNodeGetsOtherRoles() {
        CertificateAuthority authority = open();
        Peer other = new Peer("a", Set.of(NodeRole.HEAD));
        authority.openOrIssue(directory, request(NODE));

        Identity replaced = authority.openOrIssue(directory, request(other));

        assertThat(NodeCertificates.find(replaced.certificate())).isEqualTo(other);
    }

    @Test
    void keyThatIsNotTheCertificatesIsNoIdentity() throws IOException {
        CertificateAuthority authority = open();
        Identity first = authority.openOrIssue(directory, request(NODE));
        Identity other = authority.issue("node:a", List.of("127.0.0.1"), LIFE);
        // Killed between the two files of a renewal.
        SecretFiles.write(directory.resolve("server.key"), other.keyPem());

        assertThat(IdentityFiles.find(directory, "server", RANDOM)).isNull();
        assertThat(authority.openOrIssue(directory, request(NODE)).certificate())
                .isNotEqualTo(first.certificate());
    }

    private static CertificateAuthority.Request request(Peer node) {
        return new CertificateAuthority.Request("server", node, List.of("127.0.0.1"), LIFE, Duration.ofDays(30));
    }

    @Test
    void nodeIsReadFromItsCertificateAndAMemberOfAProjectIsNone() {
        CertificateAuthority authority = open();
        assertThat(NodeCertificates.find(
                        authority.openOrIssue(directory, request(NODE)).certificate()))
                .isEqualTo(NODE);
        assertThat(NodeCertificates.find(
                        authority.issue("flights__meb10000", List.of(), LIFE).certificate()))
                .isNull();
    }

    @Test
    void requestedCertificateIsForTheAskersKeyUnderTheNameThatTheAuthorityChose() throws Exception {
        CertificateRequest.Draft draft = CertificateRequest.draft(RANDOM);

        String chain = open().certify(
                        CertificateRequest.read(draft.requestPem()), NODE, List.of("127.0.0.1", "a.example"), LIFE);

        Identity node = IdentityFiles.parse(draft.keyPem(), chain, RANDOM);
        Identity founder = open().openOrIssue(directory, request(NODE));
        assertThat(NodeCertificates.find(node.certificate())).isEqualTo(NODE);
        assertThat(handshake(node, founder, "a.example")).contains("CN=node:a");
        assertThat(handshake(founder, node, "127.0.0.1")).contains("OU=data").contains("OU=head");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN CERTIFICATE REQUEST-----\n!\n-----END CERTIFICATE REQUEST-----\n",
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
            })
    void whatIsNoRequestIsRefused(String text) {
        assertThatThrownBy(() -> CertificateRequest.read(text))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageStartingWith("certificate request: cannot be used (expected: PEM of a PKCS 10 request");
    }

    /** A request comes from who is not known yet: whatever it is, it is refused and breaks nothing. */
    @Test
    void spoiltRequestIsRefused() {
        byte[] good = Pem.readRequest(CertificateRequest.draft(RANDOM).requestPem());
        long seed = RANDOM.nextLong();
        Random chance = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] spoilt = Arrays.copyOf(good, chance.nextInt(4) == 0 ? chance.nextInt(good.length) : good.length);
            for (int change = chance.nextInt(3); change >= 0 && spoilt.length > 0; change--) {
                spoilt[chance.nextInt(spoilt.length)] = (byte) chance.nextInt();
            }
            try {
                CertificateRequest.read(Pem.request(spoilt));
            } catch (FeatureStoreException refusal) {
                assertThat(refusal.code()).as("seed " + seed).isEqualTo(ErrorCode.INVALID_REQUEST);
            } catch (RuntimeException defect) {
                throw new AssertionError("seed " + seed + ", round " + round, defect);
            }
        }
    }

    @Test
    void requestWhoseSignatureIsNotItsKeysIsRefused() {
        byte[] request = Pem.readRequest(CertificateRequest.draft(RANDOM).requestPem());
        request[request.length - 1] ^= 1;
        assertThatThrownBy(() -> CertificateRequest.read(Pem.request(request)))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("signed by that key");
    }

    @Test
    void pinnedAuthorityTrustsItsOwnServersUnderTheirNamesOnly(@TempDir Path other) throws Exception {
        CertificateAuthority authority = open();
        Identity server = authority.issue("node:a", List.of("127.0.0.1"), LIFE);
        String fingerprint = Fingerprint.of(server.authority());
        Identity stranger =
                CertificateAuthority.open(other, Clock.systemUTC(), RANDOM).issue("node:a", List.of("127.0.0.1"), LIFE);

        assertThat(pinned(server, fingerprint, "127.0.0.1")).isTrue();
        assertThatThrownBy(() -> pinned(server, fingerprint, "elsewhere.example"))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> pinned(stranger, fingerprint, "127.0.0.1"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("(expected: " + fingerprint + ", as the token says)");
        // The right authority at the end of a chain that it did not sign.
        Identity forged = new Identity(stranger.key(), List.of(stranger.certificate(), server.authority()));
        assertThatThrownBy(() -> pinned(forged, fingerprint, "127.0.0.1")).isInstanceOf(SSLException.class);
    }

    /** By a store that, unlike PKCS 12, does not look whether the chain is one. */
    private static SSLContext unchecked(Identity server) throws Exception {
        char[] password = "test-only".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server.keyStore("JKS", password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static boolean pinned(Identity server, String fingerprint, String host) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) unchecked(server)
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Boolean> peer = pool.submit(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.startHandshake();
                    return true;
                } catch (SSLException e) {
                    return false;
                }
            });
            try (SSLSocket socket = (SSLSocket) PinnedAuthority.sslContext(fingerprint)
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
            }
            return peer.get();
        }
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
