package io.hopyard.stream;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Settings of one broker of the log.
 *
 * @param nodeId of this broker, unique in the cluster, 1 or more
 * @param clusterId the same on all brokers, never changed
 * @param directory where the log lies
 * @param client where clients of users come in
 * @param internal where Hopyard's own clients and the other brokers come in
 * @param controller where the quorum's members talk
 * @param quorum all members of the quorum, 1, 3 or 5, this broker among them
 * @param zone where this broker stands; copies of a row lie in different zones as long as there are enough
 * @param tls certificate of this node, its common name being {@code node:<name>}
 * @param retention how long a row stays in the log
 * @param sessionTimeout after which a silent broker counts as lost
 */
public record BrokerSettings(
        int nodeId,
        UUID clusterId,
        Path directory,
        Address client,
        Address internal,
        Address controller,
        List<Member> quorum,
        String zone,
        TlsMaterial tls,
        Duration retention,
        Duration sessionTimeout) {
    public static final Duration RETENTION_DEFAULT = Duration.ofDays(7);
    public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(3);
    /** The zone of a broker that was told none. */
    public static final String ZONE_DEFAULT = "local";

    private static final int REPLICAS_MAX = 3;
    private static final Set<Integer> MEMBERS = Set.of(1, 3, 5);
    /** Bytes of the longest record that the broker takes; an online row is far below it. */
    public static final int RECORD_BYTES_MAX = 4 << 20;

    /**
     * A listener.
     *
     * @param bind the address that is bound
     * @param advertised the host that clients are told
     * @param port the port of both, not 0
     */
    public record Address(String bind, String advertised, int port) {}

    /** A member of the quorum at its controller listener. */
    public record Member(int nodeId, String host, int port) {}

    public BrokerSettings {
        quorum = List.copyOf(quorum);
        int id = nodeId;
        List<String> problems = new ArrayList<>();
        if (nodeId < 1) {
            problems.add("node id: " + nodeId + " (expected: >= 1)");
        }
        Set<Integer> ports = new HashSet<>();
        for (Address address : List.of(client, internal, controller)) {
            if (address.port() < 1 || address.port() > 65_535 || !ports.add(address.port())) {
                problems.add("port of a listener: " + address.port() + " (expected: 1 to 65535, each another)");
            }
        }
        if (quorum.stream().noneMatch(member -> member.nodeId() == id)) {
            problems.add("quorum: " + quorum + " (expected: node " + nodeId + " among them)");
        }
        if (!MEMBERS.contains(quorum.size())
                || quorum.stream().map(Member::nodeId).distinct().count() != quorum.size()) {
            problems.add("members of the log's quorum: " + quorum.size()
                    + " (expected: 1, 3 or 5, each node once; an even number survives no more failures than one less)");
        }
        if (zone.isBlank()) {
            problems.add("zone: '' (expected: the name of one)");
        }
        if (retention.toMillis() < 1_000) {
            problems.add("retention: " + retention + " (expected: >= PT1S)");
        }
        if (sessionTimeout.toMillis() < 1_000) {
            problems.add("session timeout: " + sessionTimeout + " (expected: >= PT1S)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** One broker that is its own quorum. */
    public static BrokerSettings single(
            UUID clusterId, Path directory, Address client, Address internal, Address controller, TlsMaterial tls) {
        return new BrokerSettings(
                1,
                clusterId,
                directory,
                client,
                internal,
                controller,
                List.of(new Member(1, controller.advertised(), controller.port())),
                ZONE_DEFAULT,
                tls,
                RETENTION_DEFAULT,
                SESSION_TIMEOUT_DEFAULT);
    }

    /** Copies of each row. */
    int replicas() {
        return Math.min(REPLICAS_MAX, quorum.size());
    }

    /** Copies that a row must have before its writer is told that it is kept. */
    int inSyncMin() {
        return replicas() > 1 ? 2 : 1;
    }
}
