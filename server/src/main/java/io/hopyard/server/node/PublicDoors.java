package io.hopyard.server.node;

import io.hopyard.core.cluster.Membership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.supervision.NodeRegister;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.NodeState;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.HeadAddress;
import io.hopyard.server.settings.Setting;
import io.hopyard.wire.rest.ConnectorSettings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a head sends clients for what it does not serve itself. Clients are told one host for a door, whose ports they know;
 * so each is named a live broker, in turn, of the head's own zone where there is one, unless there is one name for all.
 * Thread safe.
 */
final class PublicDoors {
    private final Surroundings around;
    private final Heads heads;
    private final Membership membership;
    private final NodeRegister register;
    private final BooleanSupplier draining;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param draining true while this node is to be named to nobody */
    PublicDoors(
            Surroundings around, Heads heads, Membership membership, NodeRegister register, BooleanSupplier draining) {
        this.register = register;
        this.draining = draining;
        this.around = around;
        this.heads = heads;
        this.membership = membership;
    }

    ConnectorSettings connectors() {
        String log = heads.servers(AllSettings.LOG_ADDRESS, AllSettings.LOG_PORT);
        return new ConnectorSettings(
                log, log, broker("mysql", AllSettings.MYSQL_ADDRESS) + ":" + around.get(AllSettings.MYSQL_PORT));
    }

    /** There is no offline query service yet, and clients are told so. */
    Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        variables.put("service_discovery_domain", around.get(AllSettings.TLS_SERVICE_DOMAIN));
        variables.put("loadbalancer_external_domain_mysqld", broker("mysql", AllSettings.MYSQL_ADDRESS));
        variables.put(
                "loadbalancer_external_domain_online_store_rest_server", broker("online", AllSettings.ONLINE_ADDRESS));
        variables.put("loadbalancer_external_domain_kafka", logHost());
        variables.put("enable_flyingduck", "false");
        variables.put("enable_data_science_profile", "false");
        return variables;
    }

    /** A node that has not reported yet may have come back after a loss of coordination. */
    private static boolean serves(@Nullable NodeReport report) {
        return report == null || report.state() == NodeState.SERVING;
    }

    /** Of this head, or of a head that is near. */
    private String logHost() {
        if (around.is(NodeRole.HEAD)) {
            return around.address(AllSettings.LOG_ADDRESS);
        }
        Set<String> near = membership.alive().stream()
                .filter(node -> node.zone().equals(around.get(AllSettings.NODE_ZONE)))
                .map(Node::name)
                .collect(Collectors.toSet());
        List<HeadAddress> all = heads.at(AllSettings.LOG_ADDRESS);
        return all.stream()
                .filter(head -> near.contains(head.name()))
                .findFirst()
                .orElse(all.getFirst())
                .host();
    }

    private String broker(String door, Setting<String> own) {
        String name = around.get(AllSettings.CLUSTER_BROKER_NAME);
        if (!name.isEmpty()) {
            return name;
        }
        if (around.is(NodeRole.BROKER) && !draining.getAsBoolean()) {
            return around.address(own);
        }
        Map<String, NodeReport> reports = register.reports();
        List<Node> brokers = membership.alive().stream()
                .filter(node -> node.roles().contains(NodeRole.BROKER))
                .filter(node -> serves(reports.get(node.name())))
                .sorted(Comparator.comparing(node -> !node.zone().equals(around.get(AllSettings.NODE_ZONE))))
                .toList();
        if (brokers.isEmpty()) {
            return around.address(own);
        }
        long near = brokers.stream()
                .filter(node -> node.zone().equals(around.get(AllSettings.NODE_ZONE)))
                .count();
        int choice = Math.floorMod(turn.getAndIncrement(), near > 0 ? (int) near : brokers.size());
        String address = brokers.get(choice).addresses().getOrDefault(door, "");
        int colon = address.lastIndexOf(':');
        return colon < 0 ? around.address(own) : address.substring(0, colon);
    }
}
