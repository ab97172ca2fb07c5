package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives topics that were made when the log had fewer brokers the copies that they have now a right to. Thread safe; when
 * several do it at once they ask for much the same.
 */
public final class LogCopies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCopies.class);
    private static final int PARTITIONS_AT_ONCE_MAX = 50;

    private final Admin admin;
    private final Ticker ticker;
    private final int replicas;
    private final int inSyncMin;

    /** @param settings of any broker of the log as it is now */
    public LogCopies(LogConnection connection, BrokerSettings settings, Ticker ticker) {
        Map<String, Object> properties = connection.properties("hopyard-copies");
        properties.put("default.api.timeout.ms", 30_000);
        this.admin = Admin.create(properties);
        this.ticker = ticker;
        this.replicas = settings.replicas();
        this.inSyncMin = settings.inSyncMin();
    }

    /**
     * Takes one step: asks for missing copies of some partitions; to be called again, some seconds later, until it says that
     * all is done. From then on a row is acknowledged only when the required number of copies has it.
     *
     * @return partitions that do not have all their copies yet
     * @throws FeatureStoreException {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} when the log does not answer
     */
    public int step(Deadline deadline) {
        ReplicaPlan plan = new ReplicaPlan(zones(deadline), replicas);
        Map<TopicPartition, TopicPartitionInfo> incomplete = new HashMap<>();
        for (TopicDescription topic : topics(deadline)) {
            for (TopicPartitionInfo part : topic.partitions()) {
                plan.count(ids(part.replicas()));
                if (part.isr().size() < replicas) {
                    incomplete.put(new TopicPartition(topic.name(), part.partition()), part);
                }
            }
        }
        extend(incomplete, plan, deadline);
        if (incomplete.isEmpty()) {
            demandCopies(deadline);
        }
        return incomplete.size();
    }

    private void extend(Map<TopicPartition, TopicPartitionInfo> incomplete, ReplicaPlan plan, Deadline deadline) {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        incomplete.forEach((at, part) -> {
            List<Integer> there = ids(part.replicas());
            if (there.size() < replicas && wanted.size() < PARTITIONS_AT_ONCE_MAX) {
                List<Integer> extended = plan.extend(there);
                if (extended.size() > there.size()) {
                    wanted.put(at, Optional.of(new NewPartitionReassignment(extended)));
                }
            }
        });
        if (!wanted.isEmpty()) {
            await(admin.alterPartitionReassignments(wanted).all(), "copies of partitions", deadline);
            LOG.atInfo()
                    .addKeyValue("partitions", wanted.size())
                    .addKeyValue("copies", replicas)
                    .log("Partitions of the log get more copies.");
        }
    }

    private SortedMap<Integer, String> zones(Deadline deadline) {
        SortedMap<Integer, String> zones = new TreeMap<>();
        for (Node broker : await(admin.describeCluster().nodes(), "brokers of the log", deadline)) {
            zones.put(broker.id(), broker.hasRack() ? broker.rack() : BrokerSettings.ZONE_DEFAULT);
        }
        return zones;
    }

    private Collection<TopicDescription> topics(Deadline deadline) {
        List<String> names = new ArrayList<>(await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), "topics of the log", deadline));
        return await(admin.describeTopics(names).allTopicNames(), "partitions of the log", deadline)
                .values();
    }

    private static List<Integer> ids(List<Node> brokers) {
        return brokers.stream().map(Node::id).toList();
    }

    /** The log remembers the number of its first day; and it may be raised only when enough copies are there. */
    private void demandCopies(Deadline deadline) {
        AlterConfigOp demand = new AlterConfigOp(
                new ConfigEntry("min.insync.replicas", Integer.toString(inSyncMin)), AlterConfigOp.OpType.SET);
        await(
                admin.incrementalAlterConfigs(
                                Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), List.of(demand)))
                        .all(),
                "copies that an acknowledgement needs",
                deadline);
    }

    private <T> T await(KafkaFuture<T> future, String what, Deadline deadline) {
        try {
            return future.get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FeatureStoreException(ErrorCode.DEADLINE_EXCEEDED, what + ": no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
