package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.TopicAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker of the log in this process, controller of its own quorum's vote included. When {@link #start} returns the
 * broker takes requests; what it acknowledged before is there again after a restart on the same directory. Thread safe.
 */
public final class LogBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogBroker.class);
    private static final int REPLICAS_MAX = 3;

    private final BrokerSettings settings;
    private final TopicAccess access;
    private final Consumer<String> onFault;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable KafkaRaftServer server;
    private boolean closed;

    /**
     * @param onFault told when the engine wants to end the process because it cannot go on; the engine's thread ends, the
     *     process does not
     */
    public LogBroker(BrokerSettings settings, TopicAccess access, Consumer<String> onFault) {
        this.settings = settings;
        this.access = access;
        this.onFault = onFault;
    }

    /**
     * Starts the broker; takes some seconds.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when it cannot start; what was opened is closed
     */
    public void start() {
        lock.lock();
        try {
            if (server != null || closed) {
                throw new IllegalStateException("the log broker was started or closed before");
            }
            Exit.setExitProcedure((status, message) -> fault("exit", status, message));
            Exit.setHaltProcedure((status, message) -> fault("halt", status, message));
            format();
            ScopedValue.where(TopicAuthorizer.ACCESS, access).run(this::startServer);
        } finally {
            lock.unlock();
        }
        LOG.atInfo()
                .addKeyValue("node", settings.nodeId())
                .addKeyValue("client", settings.client())
                .addKeyValue("internal", settings.internal())
                .log("The log broker serves.");
    }

    @SuppressWarnings("PMD.AvoidCatchingThrowable") // the engine is Scala: any exception may come undeclared
    private void startServer() {
        KafkaRaftServer starting = null;
        try {
            starting = new KafkaRaftServer(new KafkaConfig(properties(), false), Time.SYSTEM);
            starting.startup();
            server = starting;
        } catch (RuntimeException e) {
            FeatureStoreException failure = new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "log broker " + settings.nodeId() + " does not start: " + e.getMessage(), e);
            if (starting != null) {
                try {
                    starting.shutdown();
                } catch (RuntimeException suppressed) {
                    failure.addSuppressed(suppressed);
                }
            }
            throw failure;
        }
    }

    /** How Hopyard's own clients on this node reach the broker. */
    public LogConnection connection() {
        return new LogConnection(
                settings.internal().advertised() + ":" + settings.internal().port(), settings.tls());
    }

    /** True between start and close. */
    public boolean serving() {
        lock.lock();
        try {
            return server != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            KafkaRaftServer stopping = server;
            server = null;
            if (stopping != null) {
                stopping.shutdown();
                stopping.awaitShutdown();
                LOG.atInfo().addKeyValue("node", settings.nodeId()).log("The log broker is stopped.");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Must not return: the engine's code behind it believes that the process has ended. */
    private void fault(String kind, int status, @Nullable String message) {
        String reason = "the log engine asked for " + kind + " " + status + (message == null ? "" : ": " + message);
        LOG.atError()
                .addKeyValue("node", settings.nodeId())
                .addKeyValue("reason", reason)
                .log("The log broker failed.");
        onFault.accept(reason);
        throw new IllegalStateException(reason);
    }

    private void format() {
        String directory = settings.directory().toString();
        try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(settings.directory());
            new Formatter()
                    .setNodeId(settings.nodeId())
                    .setClusterId(engineId(settings.clusterId()))
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory)
                    .setDirectories(List.of(directory))
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .setPrintStream(quiet)
                    .run();
        } catch (IOException e) {
            throw unusable(directory, e);
        } catch (Exception e) { // the engine declares no narrower type
            throw unusable(directory, e);
        }
    }

    private static FeatureStoreException unusable(String directory, Exception cause) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "log directory " + directory + " cannot be used: " + cause.getMessage(), cause);
    }

    private static String engineId(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        bytes.flip();
        return new Uuid(bytes.getLong(), bytes.getLong()).toString();
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(settings.tls().properties());
        network(properties);
        small(properties);
        int replicas = Math.min(REPLICAS_MAX, settings.quorum().size());
        int inSync = replicas > 1 ? 2 : 1;
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(topic + ".replication.factor", replicas);
            properties.put(topic + ".num.partitions", 1);
        }
        properties.put("transaction.state.log.min.isr", inSync);
        properties.put("share.coordinator.state.topic.min.isr", inSync);
        properties.put("default.replication.factor", replicas);
        properties.put("min.insync.replicas", inSync);
        properties.put("auto.create.topics.enable", false);
        properties.put("log.retention.ms", settings.retention().toMillis());
        properties.put("log.message.timestamp.type", "LogAppendTime");
        properties.put(
                "broker.session.timeout.ms", (int) settings.sessionTimeout().toMillis());
        properties.put(
                "broker.heartbeat.interval.ms", (int) settings.sessionTimeout().toMillis() / 6);
        properties.put("authorizer.class.name", TopicAuthorizer.class.getName());
        properties.put("principal.builder.class", CertificatePrincipal.class.getName());
        // As text, because the engine wants some numbers as ints, some as shorts, some as longs.
        properties.replaceAll((name, value) -> value.toString());
        return properties;
    }

    private void network(Map<String, Object> properties) {
        properties.put("node.id", settings.nodeId());
        properties.put("process.roles", "broker,controller");
        properties.put("log.dirs", settings.directory().toString());
        properties.put(
                "listeners",
                listener("CLIENT", settings.client().bind(), settings.client())
                        + "," + listener("INTERNAL", settings.internal().bind(), settings.internal())
                        + "," + listener("CONTROLLER", settings.controller().bind(), settings.controller()));
        properties.put(
                "advertised.listeners",
                listener("CLIENT", settings.client().advertised(), settings.client())
                        + "," + listener("INTERNAL", settings.internal().advertised(), settings.internal())
                        + "," + listener("CONTROLLER", settings.controller().advertised(), settings.controller()));
        properties.put("listener.security.protocol.map", "CLIENT:SSL,INTERNAL:SSL,CONTROLLER:SSL");
        properties.put("inter.broker.listener.name", "INTERNAL");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put(
                "controller.quorum.voters",
                settings.quorum().stream()
                        .map(member -> member.nodeId() + "@" + member.host() + ":" + member.port())
                        .collect(Collectors.joining(",")));
        // Alone there is nobody to wait for, and the engine waits twice this at every start.
        properties.put(
                "controller.quorum.election.timeout.ms", settings.quorum().size() > 1 ? 1_000 : 100);
        properties.put("ssl.client.auth", "required");
        properties.put("ssl.enabled.protocols", "TLSv1.3,TLSv1.2");
    }

    private static String listener(String name, String host, BrokerSettings.Address address) {
        return name + "://" + host + ":" + address.port();
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
