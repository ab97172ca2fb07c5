package io.hopyard.server.join;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.join.ClusterView;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.StoredToken;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Pause;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import io.hopyard.identity.ProjectCertificates;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.join.JoinDesk;
import io.hopyard.wire.join.JoinRoutes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A head with its join door on a real socket, and nodes that want in; a clock that the test moves. */
final class JoinWorld implements AutoCloseable {
    static final String HOST = "127.0.51.1";
    static final Set<NodeRole> DATA = Set.of(NodeRole.DATA);
    static final Set<NodeRole> HEAD = Set.of(NodeRole.HEAD);
    static final Duration LIFE = Duration.ofDays(90);
    static final Map<String, String> SHARED = Map.of("log.partitions", "4");
    private static final Duration HOUR = Duration.ofHours(1);

    final SecureRandom random = new SecureRandom();
    final MovedClock clock = new MovedClock();
    final Metrics metrics = new Metrics();
    final Path data;
    final CertificateAuthority authority;
    final Identity identity;
    final List<Node> others = new ArrayList<>();
    Set<String> heads = Set.of("h1", "h2", "h3");
    volatile String revoked = "";
    final JoinDesk desk;
    private @Nullable HttpDoor door;

    /** Real time, moved by the test. */
    static final class MovedClock extends Clock {
        private volatile Duration by = Duration.ZERO;

        void move(Duration further) {
            by = by.plus(further);
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    JoinWorld(Path data) {
        this(data, "h1");
    }

    /** The data directory of a head that ran before is used as it is. */
    JoinWorld(Path data, String name) {
        this.data = data;
        Path directory = data.resolve("identity");
        this.authority = CertificateAuthority.open(directory, clock, random);
        this.identity = authority.openOrIssue(
                directory,
                new CertificateAuthority.Request("node", new Peer(name, HEAD), List.of(HOST), LIFE, LIFE.dividedBy(3)));
        this.desk = new HeadDesk(
                name,
                authority,
                LIFE,
                new TokenFiles(data, clock, random),
                new HeadDesk.Sources(() -> view(name), () -> SHARED, this::objection),
                clock);
    }

    private ClusterView view(String name) {
        List<Node> alive = new ArrayList<>(others);
        HttpDoor open = door;
        alive.add(node("id-" + name, name, open == null ? Map.of() : Map.of("join", HOST + ":" + open.port())));
        return new ClusterView("north", heads, alive, Set.of("h1", "gone"));
    }

    static Node node(String id, String name, Map<String, String> addresses) {
        return new Node(id, name, "north", "a", HEAD, new TreeMap<>(addresses));
    }

    String open() {
        return open(0);
    }

    String open(int port) {
        HttpDoor fresh = JoinDoor.of(
                new JoinDoor.Place(HOST, port), identity, routes(), Duration.ofSeconds(1), metrics, System::nanoTime);
        fresh.start();
        door = fresh;
        return address();
    }

    private @Nullable String objection(String subject, Instant validFrom) {
        return subject.contains("CN=node:" + revoked + ",")
                ? "certificate: of a revoked node (expected: another)"
                : null;
    }

    private @Nullable String apiObjection(String subject, Instant validFrom) {
        return subject.contains("OU=api")
                ? null
                : "certificate: of " + subject + " (expected: that of a node with role api)";
    }

    private JoinRoutes routes() {
        return new JoinRoutes(
                desk, new HeadCredentials(new ProjectCertificates(authority, LIFE, random), this::apiObjection));
    }

    String address() {
        if (door == null) {
            throw new IllegalStateException("the door is not open");
        }
        return HOST + ":" + door.port();
    }

    JoinToken token(Set<NodeRole> roles, @Nullable String name) {
        return HeadTokens.make(
                data, new StoredToken.Grant(roles, name, clock.instant().plus(HOUR)), clock, random);
    }

    NodeJoin joiner(Path node) {
        return joiner(node, clock);
    }

    NodeJoin joiner(Path node, Clock its) {
        Pause pause = duration -> LockSupport.parkNanos(duration.toNanos());
        return new NodeJoin(node, new NodeJoin.Time(its, System::nanoTime, pause), random);
    }

    /** A data node in the right region. */
    NodeJoin.Wish wish(String name, @Nullable String token, String... doors) {
        return new NodeJoin.Wish(
                new Peer(name, DATA),
                "b",
                "north",
                List.of("127.0.51.2", name + ".example"),
                List.of(doors),
                token,
                Duration.ofSeconds(20));
    }

    /** Requests to join that arrived at the door. */
    double requests() {
        return metrics.prometheus()
                .lines()
                .filter(line -> line.startsWith("http_requests_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The head is gone. */
    void shut() {
        if (door != null) {
            door.close();
        }
    }

    @Override
    public void close() {
        shut();
    }
}
