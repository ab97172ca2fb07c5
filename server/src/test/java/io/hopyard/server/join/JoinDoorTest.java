package io.hopyard.server.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.join.JoinToken;
import io.hopyard.identity.CertificateRequest;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.wire.join.JoinClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the door says to requests that no joiner of ours sends. */
@Timeout(60)
class JoinDoorTest {
    @TempDir
    private Path folder;

    private JoinWorld world;
    private String door;

    @BeforeEach
    void open() {
        world = new JoinWorld(folder);
        door = world.open();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private DoorClient.Reply post(SSLContext tls, String path, String body) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().sslContext(tls).build()) {
            return new DoorClient(http, "https://" + door)
                    .call("POST", path, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private SSLContext nobody() {
        return TrustedAuthority.sslContext(world.authority.pem());
    }

    private String request(JoinToken token) {
        String pem = CertificateRequest.draft(world.random).requestPem().replace("\n", "\\n");
        return "{\"token\":\"" + token.text()
                + "\",\"name\":\"d1\",\"roles\":[\"data\"],\"zone\":\"b\",\"region\":\"north\","
                + "\"hosts\":[\"127.0.51.2\"],\"certificateRequest\":\"" + pem + "\"}";
    }

    @Test
    void requestAsDocumentedIsAnsweredWithoutTheAuthoritysKey() throws Exception {
        DoorClient.Reply reply = post(nobody(), "/join/v1", request(world.token(JoinWorld.DATA, null)));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .startsWith("{\"chain\":\"-----BEGIN CERTIFICATE-----\\n")
                .endsWith(",\"settings\":{\"join.heads\":\"" + door + "\",\"log.partitions\":\"4\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"roles\":[\"data\"]|\"roles\":[\"king\"]|400|role: 'king' (expected: head, worker, data, broker, api)",
                "\"roles\":[\"data\"]|\"roles\":\"data\"|400|roles: no list (expected: a list of texts)",
                "\"roles\":[\"data\"]|\"roles\":[]|400|roles: none (expected: at least one of",
                "\"name\":\"d1\",||400|name: no text (expected: a text)",
                "\"d1\"|\"h1\"|409|node name: h1 (expected: another one",
                "\"north\"|\"south\"|409|region: south (expected: north",
                "\"127.0.51.2\"|\"a b\"|400|hosts: 'a b' (expected: a host name or numeric address)",
                "\"127.0.51.2\"|\"1.2.3\"|400|host: '1.2.3' (expected: a host name or numeric address)",
                "\"127.0.51.2\"|\"a:b\"|400|host: 'a:b' (expected: a host name or numeric address)",
                "\"127.0.51.2\"|1|400|hosts: no text (expected: a text)",
                "CERTIFICATE REQUEST|CERTIFICATE|400|certificate request: cannot be used (expected: ",
                "\"token\":\"h1|\"token\":\"h9|409|token: made on head h9 (expected: to be shown there",
                "\"token\":\"h1|\"token\":\"|401|characters of another shape (expected: ",
            })
    void badRequestIsRefusedAndTheTokenNotSpent(String good, String bad, int status, String message) throws Exception {
        JoinToken token = world.token(JoinWorld.DATA, null);
        String request = request(token);
        assertThat(request).contains(good);

        DoorClient.Reply reply = post(nobody(), "/join/v1", request.replace(good, bad == null ? "" : bad));

        assertThat(reply.body()).contains(message);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(post(nobody(), "/join/v1", request).status()).isEqualTo(200);
    }

    @Test
    void usedTokenServesTheSameKeyForTheSameNodeOnly() throws Exception {
        String request = request(world.token(JoinWorld.DATA, null));
        assertThat(post(nobody(), "/join/v1", request).status()).isEqualTo(200);

        assertThat(post(nobody(), "/join/v1", request).status()).isEqualTo(200);
        DoorClient.Reply other = post(nobody(), "/join/v1", request.replace("\"d1\"", "\"d2\""));
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.body()).contains(": used (expected: one that no node has used");
    }

    @Test
    void longBodyIsRefused() throws Exception {
        assertThat(post(nobody(), "/join/v1", "{\"token\":\"" + "a".repeat(64 << 10) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void renewalNeedsANodesCertificate() throws Exception {
        String body = "{\"hosts\":[\"127.0.51.2\"],\"certificateRequest\":\""
                + CertificateRequest.draft(world.random).requestPem().replace("\n", "\\n") + "\"}";
        Identity member = world.authority.issue("flights__meb10000", List.of(), JoinWorld.LIFE);

        DoorClient.Reply none = post(nobody(), "/join/v1/renew", body);
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.body()).contains("certificate: none was shown (expected: a node's)");
        DoorClient.Reply other = post(member.sslContext(), "/join/v1/renew", body);
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.body()).contains("flights__meb10000", "(expected: a node's)");
    }

    @Test
    void onlyApiNodesGetCertificatesOfMembers() throws Exception {
        String body = "{\"project\":\"flights\",\"user\":\"meb10000\"}";

        DoorClient.Reply none = post(nobody(), "/join/v1/project-certificate", body);
        assertThat(none.status()).isEqualTo(401);
        DoorClient.Reply worker = post(node(NodeRole.WORKER).sslContext(), "/join/v1/project-certificate", body);
        assertThat(worker.status()).isEqualTo(401);
        assertThat(worker.body()).contains("CN=node:n1", "(expected: that of a node with role api)");

        try (JoinClient client =
                new JoinClient(node(NodeRole.API).sslContext(), System::nanoTime, duration -> {}, world.random)) {
            ProjectCredentials got = client.credentials(List.of(door), "flights", "meb10000", Duration.ofSeconds(10));
            Identity member = IdentityFiles.parse(got.clientKey(), got.clientCertificate(), world.random);
            assertThat(member.certificate().getSubjectX500Principal().getName()).contains("CN=flights__meb10000");
            member.certificate().verify(world.identity.authority().getPublicKey());
            assertThat(got.caChain()).isEqualTo(world.authority.pem());
        }
    }

    @Test
    void revokedNodeGetsNoFreshCertificate() throws Exception {
        String body = "{\"hosts\":[\"127.0.51.3\"],\"certificateRequest\":\""
                + CertificateRequest.draft(world.random).requestPem().replace("\n", "\\n") + "\"}";
        Identity worker = node(NodeRole.WORKER);
        assertThat(post(worker.sslContext(), "/join/v1/renew", body).status()).isEqualTo(200);

        world.revoked = "n1";
        DoorClient.Reply reply = post(worker.sslContext(), "/join/v1/renew", body);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.body()).contains("of a revoked node");
    }

    private Identity node(NodeRole role) throws Exception {
        CertificateRequest.Draft draft = CertificateRequest.draft(world.random);
        String chain = world.authority.certify(
                CertificateRequest.read(draft.requestPem()),
                new Peer("n1", Set.of(role)),
                List.of("127.0.51.3"),
                JoinWorld.LIFE);
        return IdentityFiles.parse(draft.keyPem(), chain, world.random);
    }
}
