package io.hopyard.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The engine's own settings of a broker, made from ours. */
final class BrokerProperties {
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** Internal topics of the engine. */
    static final List<String> INTERNAL_TOPICS =
            List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic");

    private BrokerProperties() {}

    static Map<String, Object> of(BrokerSettings settings) {
        Map<String, Object> properties = new HashMap<>(settings.tls().properties());
        network(settings, properties);
        quorum(settings, properties);
        copies(settings, properties);
        small(properties);
        properties.put("log.retention.ms", settings.retention().toMillis());
        properties.put("log.message.timestamp.type", "LogAppendTime");
        properties.put("auto.create.topics.enable", false);
        properties.put("authorizer.class.name", TopicAuthorizer.class.getName());
        properties.put("principal.builder.class", CertificatePrincipal.class.getName());
        // As text, because the engine wants some numbers as ints, some as shorts, some as longs.
        properties.replaceAll((name, value) -> value.toString());
        return properties;
    }

    private static void network(BrokerSettings settings, Map<String, Object> properties) {
        properties.put("node.id", settings.nodeId());
        properties.put("process.roles", "broker,controller");
        properties.put("log.dirs", settings.directory().toString());
        properties.put(
                "listeners",
                listener("CLIENT", settings.client().bind(), settings.client())
                        + "," + listener("INTERNAL", settings.internal().bind(), settings.internal())
                        + ","
                        + listener(CONTROLLER_LISTENER, settings.controller().bind(), settings.controller()));
        properties.put(
                "advertised.listeners",
                listener("CLIENT", settings.client().advertised(), settings.client())
                        + "," + listener("INTERNAL", settings.internal().advertised(), settings.internal())
                        + ","
                        + listener(CONTROLLER_LISTENER, settings.controller().advertised(), settings.controller()));
        properties.put("listener.security.protocol.map", "CLIENT:SSL,INTERNAL:SSL,CONTROLLER:SSL");
        properties.put("inter.broker.listener.name", "INTERNAL");
        properties.put("controller.listener.names", CONTROLLER_LISTENER);
        properties.put("ssl.client.auth", "required");
        properties.put("ssl.enabled.protocols", "TLSv1.3,TLSv1.2");
    }

    private static String listener(String name, String host, BrokerSettings.Address address) {
        return name + "://" + host + ":" + address.port();
    }

    private static void quorum(BrokerSettings settings, Map<String, Object> properties) {
        boolean alone = settings.quorum().size() == 1;
        properties.put(
                "controller.quorum.bootstrap.servers",
                settings.quorum().stream()
                        .map(member -> member.host() + ":" + member.port())
                        .collect(Collectors.joining(",")));
        properties.put("controller.quorum.auto.join.enable", !alone);
        // Alone there is nobody to wait for, and the engine waits twice this at every start.
        properties.put("controller.quorum.election.timeout.ms", alone ? 100 : 1_000);
        properties.put("controller.quorum.fetch.timeout.ms", alone ? 2_000 : 1_500);
        properties.put("controller.quorum.request.timeout.ms", alone ? 2_000 : 1_000);
        properties.put(
                "broker.session.timeout.ms", (int) settings.sessionTimeout().toMillis());
        properties.put(
                "broker.heartbeat.interval.ms", (int) settings.sessionTimeout().toMillis() / 6);
    }

    private static void copies(BrokerSettings settings, Map<String, Object> properties) {
        int replicas = settings.replicas();
        for (String topic : INTERNAL_TOPICS) {
            properties.put(topic + ".replication.factor", replicas);
            properties.put(topic + ".num.partitions", 1);
        }
        properties.put("transaction.state.log.min.isr", settings.inSyncMin());
        properties.put("share.coordinator.state.topic.min.isr", settings.inSyncMin());
        properties.put("default.replication.factor", replicas);
        properties.put("min.insync.replicas", settings.inSyncMin());
        properties.put("unclean.leader.election.enable", false);
        properties.put("broker.rack", settings.zone());
        properties.put("replica.socket.timeout.ms", 3_000);
    }

    /** The engine's defaults are made for machines of their own. */
    private static void small(Map<String, Object> properties) {
        properties.put("num.network.threads", 1);
        properties.put("num.io.threads", 2);
        properties.put("background.threads", 2);
        properties.put("num.recovery.threads.per.data.dir", 1);
        properties.put("group.coordinator.threads", 1);
        properties.put("group.coordinator.background.threads", 1);
        properties.put("queued.max.requests", 64);
        properties.put("max.connections", 2_000);
        properties.put("socket.request.max.bytes", 32 << 20);
        properties.put("message.max.bytes", BrokerSettings.RECORD_BYTES_MAX);
        properties.put("max.incremental.fetch.session.cache.slots", 100);
        properties.put("log.segment.bytes", 64 << 20);
        properties.put("log.index.size.max.bytes", 512 << 10);
        properties.put("log.cleaner.threads", 1);
        properties.put("log.cleaner.dedupe.buffer.size", 2 << 20);
        properties.put("log.cleaner.io.buffer.size", 64 << 10);
        properties.put("metadata.log.segment.bytes", 32 << 20);
        properties.put("metadata.max.idle.interval.ms", 2_000);
        properties.put("group.initial.rebalance.delay.ms", 0);
        properties.put("metric.reporters", "");
    }
}
