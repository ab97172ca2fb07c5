package io.hopyard.server.node;

import io.hopyard.core.ingest.TopicAccess;
import io.hopyard.identity.Identity;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.stream.BrokerSettings;
import io.hopyard.stream.LogBroker;
import io.hopyard.stream.LogConnection;
import io.hopyard.stream.TlsMaterial;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log's broker on this head, and how this node's own clients reach it. */
final class LogRole {
    private static final Logger LOG = LoggerFactory.getLogger(LogRole.class);

    private final LogBroker broker;
    private final LogConnection connection;
    private final AtomicReference<@Nullable String> fault = new AtomicReference<>();

    LogRole(Surroundings around, NodeIdentity identity, TopicAccess access) {
        Identity node = identity.node();
        TlsMaterial tls = new TlsMaterial.Pem(node.chainPem(), node.keyPem(), node.authorityPem());
        String host = around.address(AllSettings.LOG_ADDRESS);
        BrokerSettings.Address internal = address(host, around.get(AllSettings.LOG_INTERNAL_PORT));
        BrokerSettings.Address controller = address(host, around.get(AllSettings.LOG_CONTROLLER_PORT));
        BrokerSettings settings = new BrokerSettings(
                1,
                clusterId(identity),
                around.data().resolve("log"),
                address(host, around.get(AllSettings.LOG_PORT)),
                internal,
                controller,
                List.of(new BrokerSettings.Member(1, host, controller.port())),
                around.get(AllSettings.NODE_ZONE),
                tls,
                around.get(AllSettings.LOG_RETENTION),
                around.get(AllSettings.LOG_SESSION_TIMEOUT));
        this.broker = new LogBroker(settings, access, this::failed);
        this.connection = new LogConnection(host + ":" + internal.port(), tls);
    }

    private static BrokerSettings.Address address(String host, int port) {
        return new BrokerSettings.Address(host, host, port);
    }

    /** The same on every node of a cluster, since all have its authority. */
    private static UUID clusterId(NodeIdentity identity) {
        return UUID.nameUUIDFromBytes(identity.authority().pem().getBytes(StandardCharsets.US_ASCII));
    }

    private void failed(String reason) {
        fault.set("The log's engine gave up: " + reason);
        LOG.atError().addKeyValue("reason", reason).log("The log's engine gave up; restart the node.");
    }

    LogConnection connection() {
        return connection;
    }

    Part part() {
        return new Part("log", broker::start, broker::close, fault::get);
    }
}
