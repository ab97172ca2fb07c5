package io.hopyard.server.node;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.identity.Identity;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.HeadAddress;
import io.hopyard.store.pair.Halt;
import io.hopyard.stream.BrokerSettings;
import io.hopyard.stream.LogAccess;
import io.hopyard.stream.LogBroker;
import io.hopyard.stream.LogConnection;
import io.hopyard.stream.TlsMaterial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log's broker on this head, and how this node's own clients reach it. */
final class LogRole {
    private static final Logger LOG = LoggerFactory.getLogger(LogRole.class);

    /** Nobody could take over, so there is nothing to be quick for. */
    private static final Duration SESSION_ALONE = Duration.ofSeconds(15);

    private static final Duration SESSION_AMONG_OTHERS = Duration.ofSeconds(4);

    private final Founding founding;
    private final @Nullable BrokerSettings settings;
    private final @Nullable LogKeeper keeper;
    private final Halt engineFailed;
    private final LogConnection connection;
    private final AtomicReference<@Nullable String> fault = new AtomicReference<>();

    /** @param engineFailed told when the engine cannot go on */
    LogRole(
            Surroundings around,
            NodeIdentity identity,
            Heads heads,
            Founding founding,
            LogAccess access,
            Halt engineFailed) {
        this.engineFailed = engineFailed;
        Identity node = identity.node();
        TlsMaterial tls = new TlsMaterial.Pem(node.chainPem(), node.keyPem(), node.authorityPem());
        this.founding = founding;
        this.settings = around.is(NodeRole.HEAD) ? settings(around, identity, heads, tls) : null;
        BrokerSettings own = settings;
        this.keeper = own == null ? null : keeper(around, own, () -> new LogBroker(own, access, this::failed));
        this.connection = new LogConnection(heads.servers(AllSettings.LOG_ADDRESS, AllSettings.LOG_INTERNAL_PORT), tls);
    }

    private static BrokerSettings settings(Surroundings around, NodeIdentity identity, Heads heads, TlsMaterial tls) {
        String host = around.address(AllSettings.LOG_ADDRESS);
        int controller = around.get(AllSettings.LOG_CONTROLLER_PORT);
        List<BrokerSettings.Member> quorum = new ArrayList<>();
        for (HeadAddress head : heads.at(AllSettings.LOG_ADDRESS)) {
            quorum.add(new BrokerSettings.Member(quorum.size() + 1, head.host(), controller));
        }
        return new BrokerSettings(
                heads.ownNumber(),
                clusterId(identity),
                around.data().resolve("log"),
                address(host, around.get(AllSettings.LOG_PORT)),
                address(host, around.get(AllSettings.LOG_INTERNAL_PORT)),
                address(host, controller),
                quorum,
                around.get(AllSettings.NODE_ZONE),
                tls,
                around.get(AllSettings.LOG_RETENTION),
                sessionTimeout(around, quorum.size()));
    }

    private static Duration sessionTimeout(Surroundings around, int heads) {
        Duration given = around.get(AllSettings.LOG_SESSION_TIMEOUT);
        return given.isZero() ? (heads == 1 ? SESSION_ALONE : SESSION_AMONG_OTHERS) : given;
    }

    private static LogKeeper keeper(Surroundings around, BrokerSettings own, Supplier<LogBroker> brokers) {
        return new LogKeeper(
                own.directory(),
                DiskReserve.of(around.get(AllSettings.LOG_DISK_RESERVE)),
                () -> around.data().toFile().getUsableSpace(),
                () -> life(brokers.get()),
                around.metrics());
    }

    private static LogKeeper.Broker life(LogBroker broker) {
        return new LogKeeper.Broker() {
            @Override
            public void start() {
                broker.start();
            }

            @Override
            public void close() {
                broker.close();
            }
        };
    }

    private static BrokerSettings.Address address(String host, int port) {
        return new BrokerSettings.Address(host, host, port);
    }

    /** The same on every node of a cluster, since all have its authority. */
    private static UUID clusterId(NodeIdentity identity) {
        return UUID.nameUUIDFromBytes(identity.node().authorityPem().getBytes(StandardCharsets.US_ASCII));
    }

    private void failed(String reason) {
        fault.set("The log's engine gave up: " + reason);
        LOG.atError().addKeyValue("reason", reason).log("The log's engine gave up.");
        engineFailed.halt("the log's engine gave up: " + reason);
    }

    LogConnection connection() {
        return connection;
    }

    /** Empty at a node that is no head. */
    List<Part> parts() {
        LogKeeper own = keeper;
        BrokerSettings known = settings;
        return own == null || known == null
                ? List.of()
                : List.of(
                        new Part("log", () -> start(own, known), own::close, () -> trouble(own)).healedWhenRestarted());
    }

    private @Nullable String trouble(LogKeeper own) {
        String given = fault.get();
        return given == null ? own.trouble() : given;
    }

    private void start(LogKeeper own, BrokerSettings known) {
        founding.onFounder("log", () -> LogBroker.found(known));
        own.start();
    }
}
