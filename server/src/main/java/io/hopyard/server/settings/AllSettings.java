package io.hopyard.server.settings;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.placement.DataGroup;
import io.hopyard.core.serving.OnlineRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every setting of a node, with its default in this one place. */
public final class AllSettings {
    private static final List<Setting<?>> ALL = new ArrayList<>();
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    public static final Setting<String> NODE_NAME = add(
            "node.name",
            Kind.matching("1 to 32 small letters, digits or '-'", "[a-z0-9-]{1,32}"),
            "node1",
            "Name of this node, unique in the cluster.");
    public static final Setting<String> NODE_ZONE = add(
            "node.zone",
            Kind.matching("1 to 32 small letters, digits or '-'", "[a-z0-9-]{1,32}"),
            "a",
            "Availability zone in which this node stands.");
    public static final Setting<String> NODE_REGION = add(
            "node.region",
            Kind.matching("1 to 32 small letters, digits or '-'", "[a-z0-9-]{1,32}"),
            "local",
            "Region of this node; a cluster never spans regions.");
    public static final Setting<String> NODE_ADDRESS = add(
            "node.address",
            Kind.host(),
            "127.0.0.1",
            "Address that this node binds and tells to clients, where a door has none of its own.");
    public static final Setting<Set<NodeRole>> NODE_ROLES = add(
            "node.roles",
            Kind.someOf(NodeRole.class),
            "head,worker,data,broker",
            "Groups to which this node belongs; on a laptop one node is all of them.");
    public static final Setting<DataGroup> NODE_DATA_GROUP = add(
            "node.data-group",
            Kind.oneOf(DataGroup.class),
            "all",
            "What this data node and the other of its pair hold: all, or of two groups that are sized on their own the"
                    + " metadata or the online rows.");
    public static final Setting<List<HeadAddress>> CLUSTER_HEADS = add(
            "cluster.heads",
            Kind.heads(),
            "",
            "All heads of the cluster, the same list on every node; nothing = this node is the only head.");
    public static final Setting<Boolean> CLUSTER_FOUNDING = add(
            "cluster.founding",
            Kind.flag(),
            "false",
            "Told by the founding head to heads that join before the cluster has served; not to be set by hand.");
    public static final Setting<Duration> CLUSTER_START_TIMEOUT = add(
            "cluster.start-timeout",
            Kind.duration(SECOND, DAY),
            "10m",
            "How long a starting node waits for the others on which it depends.");
    public static final Setting<String> CLUSTER_BROKER_NAME = add(
            "cluster.broker-name",
            Kind.optional("a host name or numeric address", Kind.host()),
            "",
            "Name under which clients reach all brokers, such as a DNS name with several addresses; nothing = a live"
                    + " broker is named to each client at log-in.");
    public static final Setting<String> ADMIN_EMAIL = add(
            "admin.email",
            Kind.matching("an e-mail address", "[^@\\s]{1,64}@[^@\\s]{1,190}"),
            "admin@hopyard.local",
            "E-mail of the administrator that the first start makes.");
    public static final Setting<Duration> ADMIN_WRITE_TIMEOUT = add(
            "admin.write-timeout",
            Kind.duration(SECOND, HOUR),
            "20s",
            "Time in which the first start must have written the administrator.");

    public static final Setting<List<String>> TLS_NAMES = add(
            "tls.names",
            Kind.hosts(),
            "",
            "More names and addresses under which clients reach this node; they go into its certificate.");
    public static final Setting<String> TLS_SERVICE_DOMAIN = add(
            "tls.service-domain",
            Kind.host(),
            "hopyard.local",
            "Domain of the service names that clients expect in certificates (flyingduck.service.<domain>).");
    public static final Setting<Duration> TLS_NODE_LIFE = add(
            "tls.node-certificate-life",
            Kind.duration(DAY, Duration.ofDays(3650)),
            "365d",
            "Life of a node's certificate; it is renewed at a start when less than a third is left.");
    public static final Setting<Duration> TLS_PROJECT_LIFE = add(
            "tls.project-certificate-life",
            Kind.duration(HOUR, Duration.ofDays(3650)),
            "90d",
            "Life of the certificates that project members get at log-in.");

    public static final Setting<Long> HTTP_DRAIN_MAX = add(
            "http.drain-max",
            Kind.dataSize(0, 1 << 20),
            "64MiB",
            "How much of a refused request body is read and thrown away; of a longer one the connection is closed.");

    public static final Setting<String> REST_ADDRESS = address("rest", "the REST API");
    public static final Setting<Integer> REST_PORT = port("rest", 8443, "the REST API");
    public static final Setting<Integer> REST_BODY_MAX = add(
            "rest.body-max-bytes",
            Kind.integer(1 << 10, 1 << 30),
            "16777216",
            "Bytes of the longest request body of the REST API.");
    public static final Setting<Integer> REST_REQUESTS_MAX = add(
            "rest.requests-max", Kind.integer(1, 100_000), "512", "REST requests in flight; more are answered 429.");
    public static final Setting<Integer> REST_CONNECTIONS_MAX =
            add("rest.connections-max", Kind.integer(1, 100_000), "2048", "Open connections of the REST API.");
    public static final Setting<Duration> REST_REQUEST_TIMEOUT = add(
            "rest.request-timeout", Kind.duration(SECOND, HOUR), "30s", "Time after which a REST request is given up.");
    public static final Setting<Duration> REST_IDLE_TIMEOUT = add(
            "rest.idle-timeout",
            Kind.duration(SECOND, DAY),
            "2m",
            "Time after which the REST API closes a connection on which nothing arrives.");

    public static final Setting<String> ONLINE_ADDRESS = address("online", "the online API");
    public static final Setting<Integer> ONLINE_PORT = port("online", 4406, "the online API");
    public static final Setting<Duration> ONLINE_READ_STALENESS_MAX = add(
            "online.read-staleness-max",
            Kind.duration(Duration.ZERO, MINUTE),
            "3s",
            "How long a data node goes on answering online reads when it has lost sight of the other one and coordination has"
                    + " not yet decided between them; 0s = strict: such reads are refused until it has. Else at least 1s.");
    public static final Setting<Integer> ONLINE_BODY_MAX = add(
            "online.body-max-bytes",
            Kind.integer(1 << 10, 1 << 30),
            "4194304",
            "Bytes of the longest request body of the online API.");
    public static final Setting<Integer> ONLINE_REQUESTS_MAX = add(
            "online.requests-max",
            Kind.integer(1, 100_000),
            "1024",
            "Online requests in flight; more are answered 429.");
    public static final Setting<Integer> ONLINE_CONNECTIONS_MAX =
            add("online.connections-max", Kind.integer(1, 100_000), "4096", "Open connections of the online API.");
    public static final Setting<Duration> ONLINE_REQUEST_TIMEOUT = add(
            "online.request-timeout",
            Kind.duration(Duration.ofMillis(10), HOUR),
            "2s",
            "Time after which an online request is given up.");
    public static final Setting<Duration> ONLINE_IDLE_TIMEOUT = add(
            "online.idle-timeout",
            Kind.duration(SECOND, DAY),
            "2m",
            "Time after which the online API closes a connection on which nothing arrives.");
    public static final Setting<Integer> ONLINE_BATCH_MAX = add(
            "online.batch-max",
            Kind.integer(1, 100_000),
            "10000",
            "Vectors or operations of one batch request of the online API.");
    public static final Setting<Integer> ONLINE_PLANS_MAX = add(
            "online.plans-max",
            Kind.integer(1, 1_000_000),
            "10000",
            "Plans of feature views that the online API keeps.");

    public static final Setting<String> MYSQL_ADDRESS = address("mysql", "the MySQL door");
    public static final Setting<Integer> MYSQL_PORT = port("mysql", 3306, "the MySQL door");
    public static final Setting<Integer> MYSQL_CONNECTIONS_MAX =
            add("mysql.connections-max", Kind.integer(1, 100_000), "1024", "Open connections of the MySQL door.");
    public static final Setting<Duration> MYSQL_STATEMENT_TIMEOUT = add(
            "mysql.statement-timeout",
            Kind.duration(Duration.ofMillis(10), HOUR),
            "60s",
            "Time after which a look-up by key at the MySQL door is given up.");
    public static final Setting<Duration> MYSQL_SCAN_TIMEOUT = add(
            "mysql.scan-timeout",
            Kind.duration(Duration.ofMillis(10), DAY),
            "10m",
            "Time after which a statement that reads a whole table at the MySQL door is given up.");
    public static final Setting<Duration> MYSQL_LOGIN_TIMEOUT = add(
            "mysql.login-timeout",
            Kind.duration(SECOND, HOUR),
            "10s",
            "Time from the greeting of the MySQL door to the end of the log-in.");
    public static final Setting<Duration> MYSQL_IDLE_TIMEOUT = add(
            "mysql.idle-timeout",
            Kind.duration(SECOND, Duration.ofDays(7)),
            "2h",
            "Time after which the MySQL door closes a connection without a statement.");
    public static final Setting<Duration> MYSQL_STALL_TIMEOUT = add(
            "mysql.stall-timeout",
            Kind.duration(SECOND, HOUR),
            "30s",
            "Time after which the MySQL door cuts off a client that does not take its answer.");
    public static final Setting<Integer> MYSQL_PACKET_MAX = add(
            "mysql.packet-max-bytes",
            Kind.integer(1 << 10, (1 << 24) - 2),
            "8388608",
            "Bytes of the longest statement of the MySQL door.");
    public static final Setting<Integer> MYSQL_PAGE_ROWS_MAX = add(
            "mysql.page-rows-max",
            Kind.integer(1, 10_000),
            "1000",
            "Rows that the MySQL door reads at once from a table.");
    public static final Setting<Integer> MYSQL_SHAPES_MAX = add(
            "mysql.shapes-max",
            Kind.integer(1, 1_000_000),
            "10000",
            "Parsed beginnings of statements that the MySQL door keeps.");

    public static final Setting<Integer> SERVING_ENTRIES_MAX = add(
            "serving.entries-max",
            Kind.integer(1, 1_000_000),
            "10000",
            "Feature views and tables whose description the online API and the MySQL door keep.");

    public static final Setting<String> HEALTH_ADDRESS = address("health", "liveness, readiness and metrics");
    public static final Setting<Integer> HEALTH_PORT = port("health", 8081, "liveness, readiness and metrics");

    public static final Setting<String> LOG_ADDRESS = address("log", "the log (Kafka)");
    public static final Setting<Integer> LOG_PORT = port("log", 9092, "the log (Kafka), for clients");
    public static final Setting<Integer> LOG_INTERNAL_PORT =
            add("log.internal-port", Kind.port(), "9093", "Port of the log for Hopyard's own nodes.");
    public static final Setting<Integer> LOG_CONTROLLER_PORT =
            add("log.controller-port", Kind.port(), "9094", "Port of the log's controller quorum.");
    public static final Setting<Duration> LOG_SESSION_TIMEOUT = add(
            "log.session-timeout",
            Kind.duration(Duration.ZERO, HOUR),
            "0s",
            "Time after which the log's controller takes a silent broker for lost; a paused machine must stay below."
                    + " 0s: 4 s where other heads take over, 15 s with one head.");
    public static final Setting<Duration> LOG_ACCESS_TIMEOUT = add(
            "log.access-timeout",
            Kind.duration(Duration.ofMillis(10), HOUR),
            "2s",
            "Time in which the log must have decided whether a client may use a topic; later it may not.");
    public static final Setting<Integer> LOG_PARTITIONS =
            add("log.partitions", Kind.integer(1, 64), "2", "Partitions of the topic of each new feature group.");
    public static final Setting<Long> LOG_DISK_RESERVE = add(
            "log.disk-reserve",
            Kind.dataSize(1, 1 << 20),
            "512MiB",
            "Free space on its disk below which a head stops its broker of the log, until there is a quarter more.");
    public static final Setting<Duration> LOG_RETENTION = add(
            "log.retention",
            Kind.duration(Duration.ofHours(2), Duration.ofDays(3650)),
            "7d",
            "How long rows stay in the log; by a head's clock that is an hour ahead, an hour less.");

    public static final Setting<Integer> INGEST_BATCH_ROWS_MAX = add(
            "ingest.batch-rows-max",
            Kind.integer(1, OnlineRows.UPSERT_ROWS_MAX),
            "5000",
            "Rows of the log that are stored at once.");
    public static final Setting<Duration> INGEST_LOOK_INTERVAL = add(
            "ingest.look-interval",
            Kind.duration(Duration.ofMillis(10), MINUTE),
            "200ms",
            "How often the ingester looks for new feature groups when nobody told it of one.");
    public static final Setting<Duration> INGEST_FETCH_WAIT_MAX = add(
            "ingest.fetch-wait-max",
            Kind.duration(MILLISECOND, Duration.ofSeconds(5)),
            "100ms",
            "How long the log may hold an empty answer to the ingester back.");
    public static final Setting<Duration> INGEST_CALL_TIMEOUT = add(
            "ingest.call-timeout",
            Kind.duration(Duration.ofMillis(100), MINUTE),
            "5s",
            "Time after which the ingester gives up one call to the database or the log, and tries again later.");
    public static final Setting<Duration> INGEST_BACKOFF_MIN = add(
            "ingest.backoff-min",
            Kind.duration(MILLISECOND, SECOND),
            "20ms",
            "First pause of the ingester after a failure; each further one is twice as long.");
    public static final Setting<Duration> INGEST_BACKOFF_MAX = add(
            "ingest.backoff-max",
            Kind.duration(SECOND, MINUTE),
            "2s",
            "Longest pause of the ingester after a failure.");

    public static final Setting<String> COORDINATION_ADDRESS = address("coordination", "coordination (ZooKeeper)");
    public static final Setting<Integer> COORDINATION_PORT = port("coordination", 2181, "coordination (ZooKeeper)");
    public static final Setting<Integer> COORDINATION_QUORUM_PORT = add(
            "coordination.quorum-port", Kind.port(), "2888", "Port on which coordination servers follow their leader.");
    public static final Setting<Integer> COORDINATION_ELECTION_PORT = add(
            "coordination.election-port", Kind.port(), "3888", "Port on which coordination servers elect a leader.");
    public static final Setting<Integer> COORDINATION_CONNECTIONS_MAX = add(
            "coordination.connections-max",
            Kind.integer(1, 100_000),
            "256",
            "Open connections of one address to the coordination server.");
    public static final Setting<Duration> COORDINATION_SESSION_TIMEOUT = add(
            "coordination.session-timeout",
            Kind.duration(Duration.ofSeconds(10), Duration.ofSeconds(40)),
            "10s",
            "Time after which coordination takes a silent node for dead.");
    public static final Setting<Duration> COORDINATION_CONNECT_TIMEOUT = add(
            "coordination.connect-timeout",
            Kind.duration(SECOND, MINUTE),
            "10s",
            "Time after which an attempt to connect to a coordination server is given up.");

    public static final Setting<String> JOIN_ADDRESS = address("join", "nodes that join the cluster");
    public static final Setting<Integer> JOIN_PORT = port("join", 8444, "the door of a head at which nodes join");
    public static final Setting<List<String>> JOIN_HEADS = add(
            "join.heads",
            Kind.addresses(),
            "",
            "Doors of heads at which this node joins the cluster and renews its certificate; nothing = those that the"
                    + " heads told when it joined.");

    public static final Setting<String> DATABASE_ADDRESS = address("database", "the database");
    public static final Setting<Integer> DATABASE_PORT = port("database", 47500, "the database's discovery");
    public static final Setting<Integer> DATABASE_COMMUNICATION_PORT =
            add("database.communication-port", Kind.port(), "47100", "Port on which data nodes exchange rows.");
    public static final Setting<Integer> DATABASE_COPIES = add(
            "database.copies",
            Kind.integer(1, 2),
            "1",
            "Copies of each row: 2 = this data node is one of a pair, and serves when its pair is complete.");
    public static final Setting<Integer> DATABASE_DOOR_PORT =
            add("database.door-port", Kind.port(), "7700", "Port on which a data node answers the other nodes.");
    public static final Setting<Integer> DATABASE_LEASE_PORT = add(
            "database.lease-port",
            Kind.port(),
            "7701",
            "Port on which the two nodes of a pair give each other leases.");
    public static final Setting<Long> DATABASE_MEMORY_MAX = add(
            "database.memory-max",
            Kind.dataSize(64, 1 << 20),
            "512MiB",
            "Memory for the database's pages; what does not fit stays on disk.");
    public static final Setting<Long> DATABASE_ROW_CACHE_MAX = add(
            "database.row-cache-max",
            Kind.dataSize(1, 1 << 20),
            "128MiB",
            "Memory for online rows that are answered without asking the engine.");
    public static final Setting<Duration> DATABASE_START_TIMEOUT = add(
            "database.start-timeout",
            Kind.duration(SECOND, HOUR),
            "2m",
            "How long a start waits for the database, which may have to replay its own log.");
    public static final Setting<Sync> DATABASE_SYNC = add(
            "database.sync",
            Kind.oneOf(Sync.class),
            "log-only",
            "When a write counts as durable: handed to the operating system (log-only) or on the disk (fsync).");
    public static final Setting<Long> DATABASE_DISK_RESERVE = add(
            "database.disk-reserve",
            Kind.dataSize(1, 1 << 20),
            "1GiB",
            "Free space on its disk below which the database refuses writes; it may need database.memory-max and 512MiB"
                    + " to store what it has taken.");

    public static final Setting<Duration> METADATA_REFRESH = add(
            "metadata.refresh-interval",
            Kind.duration(Duration.ofMillis(10), Duration.ofSeconds(2)),
            "500ms",
            "How often caches of metadata ask what changed.");
    public static final Setting<Integer> METADATA_CACHE_ROWS = add(
            "metadata.cache-rows-max",
            Kind.integer(100, 10_000_000),
            "50000",
            "Metadata rows that a door keeps in memory.");
    public static final Setting<Long> METADATA_CACHE_MAX = add(
            "metadata.cache-max",
            Kind.dataSize(1, 1 << 20),
            "64MiB",
            "Memory for the metadata rows that a door keeps.");
    public static final Setting<Duration> METADATA_REFRESH_TIMEOUT = add(
            "metadata.refresh-timeout",
            Kind.duration(Duration.ofMillis(10), Duration.ofSeconds(10)),
            "1s",
            "Time after which a cache of metadata gives up one question what changed.");
    public static final Setting<Duration> DRAIN_MAX = add(
            "drain.max",
            Kind.duration(MILLISECOND, HOUR),
            "30s",
            "How long a node that drains waits until nobody comes any more.");
    public static final Setting<Duration> RESTART_AFTER = add(
            "restart.after",
            Kind.duration(MILLISECOND, HOUR),
            "10s",
            "How long a part that only a restart heals may be broken before the node starts its services again.");
    public static final Setting<Duration> STOP_GRACE =
            add("stop.grace", Kind.duration(MILLISECOND, HOUR), "5s", "How long a stop waits for requests in flight.");

    /** When a write counts as durable. */
    public enum Sync {
        LOG_ONLY,
        FSYNC
    }

    /** Those which every node of a cluster must have alike; a node that joins is told them. */
    public static final List<Setting<?>> SHARED = List.of(
            CLUSTER_HEADS,
            TLS_SERVICE_DOMAIN,
            JOIN_PORT,
            LOG_PORT,
            LOG_INTERNAL_PORT,
            LOG_CONTROLLER_PORT,
            LOG_PARTITIONS,
            LOG_DISK_RESERVE,
            LOG_RETENTION,
            COORDINATION_PORT,
            COORDINATION_QUORUM_PORT,
            COORDINATION_ELECTION_PORT);

    /** All of them, in the order of the documentation. */
    public static final List<Setting<?>> LIST = List.copyOf(ALL);

    private AllSettings() {}

    private static Setting<String> address(String door, String what) {
        return add(
                door + ".address",
                Kind.optionalHost(),
                "",
                "Address that is bound for " + what + "; nothing = node.address.");
    }

    private static Setting<Integer> port(String door, int port, String what) {
        return add(door + ".port", Kind.port(), Integer.toString(port), "Port of " + what + ".");
    }

    private static <T> Setting<T> add(String key, Kind<T> kind, String ifAbsent, String help) {
        Setting<T> setting = new Setting<>(key, kind, ifAbsent, help);
        ALL.add(setting);
        return setting;
    }
}
