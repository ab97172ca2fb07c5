package io.hopyard.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of one server of the coordination service.
 *
 * @param memberId of this server among the members
 * @param members all servers of the service, this one among them
 * @param directory where its log and snapshots lie; made when absent
 * @param bind address that nodes come in at, for example {@code 127.0.0.1}
 * @param port of the same, always with mutual TLS; 0 = any free one
 * @param snapshotsKept how many snapshots the purge leaves, 3 or more
 * @param purgeEvery how often old logs and snapshots are deleted, whole hours; also at the start
 * @param connectionsMax from one address
 */
public record ServerSettings(
        int memberId,
        List<Member> members,
        Path directory,
        String bind,
        int port,
        TlsFiles tls,
        int snapshotsKept,
        Duration purgeEvery,
        int connectionsMax) {
    public static final int SNAPSHOTS_KEPT_DEFAULT = 3;
    public static final Duration PURGE_EVERY_DEFAULT = Duration.ofHours(1);
    public static final int CONNECTIONS_MAX_DEFAULT = 200;

    /**
     * A server of the service as the others see it.
     *
     * @param host that all members and nodes reach it by
     * @param quorumPort where followers reach the leader
     * @param electionPort where votes go
     */
    public record Member(int id, String host, int clientPort, int quorumPort, int electionPort) {}

    public ServerSettings {
        members = List.copyOf(members);
        List<String> problems = new ArrayList<>();
        int id = memberId;
        if (members.stream().filter(member -> member.id() == id).count() != 1) {
            problems.add("members: " + members + " (expected: member " + memberId + " once among them)");
        }
        if (members.size() > 1) {
            problems.add("members: " + members.size() + " (expected: 1; a quorum of several is not available yet)");
        }
        if (port < 0 || port > 65_535) {
            problems.add("port: " + port + " (expected: 0 to 65535)");
        }
        if (snapshotsKept < 3) {
            problems.add("snapshots kept: " + snapshotsKept + " (expected: >= 3)");
        }
        if (purgeEvery.toHours() < 1) {
            problems.add("purge every: " + purgeEvery + " (expected: >= PT1H)");
        }
        if (connectionsMax < 1) {
            problems.add("connections from one address: " + connectionsMax + " (expected: >= 1)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("coordination server: " + String.join("; ", problems));
        }
    }

    /** One server that is the whole service. */
    public static ServerSettings single(Path directory, String bind, int port, TlsFiles tls) {
        return new ServerSettings(
                1,
                List.of(new Member(1, bind, port, 0, 0)),
                directory,
                bind,
                port,
                tls,
                SNAPSHOTS_KEPT_DEFAULT,
                PURGE_EVERY_DEFAULT,
                CONNECTIONS_MAX_DEFAULT);
    }
}
