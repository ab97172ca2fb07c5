package io.hopyard.stream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The engine's broker and controller in one. Put together by hand, because the engine's own way to do it waits five minutes
 * at the end for a controller to take the broker's partitions away, and none comes when the other heads are stopped too.
 * Start and stop are called by one thread.
 */
final class LogEngine {
    private static final Logger LOG = LoggerFactory.getLogger(LogEngine.class);

    private final ControllerServer controller;
    private final BrokerServer broker;

    LogEngine(BrokerSettings settings) {
        KafkaConfig config = new KafkaConfig(BrokerProperties.of(settings), false);
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> directories =
                KafkaRaftServer.initializeLogDirs(config, LOG, "[node " + settings.nodeId() + "] ");
        Metrics metrics = Server.initializeMetrics(
                config, Time.SYSTEM, directories._1().clusterId().orElseThrow());
        SharedServer shared = new SharedServer(
                config,
                directories._1(),
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
                new StandardFaultHandlerFactory(),
                ServerSocketFactory.INSTANCE);
        this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
        this.broker = new BrokerServer(shared);
    }

    /** The controller goes first: the broker learns from it where it listens. */
    void start() {
        controller.startup();
        broker.startup();
    }

    /** @param handOverMax how long the others have to take over what this broker led */
    void stop(Duration handOverMax) {
        broker.shutdown(handOverMax);
        controller.shutdown();
    }
}
