package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureLog;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Topics of feature groups over the log's administration protocol; connects at the first use, since it is made before the
 * broker runs. Thread safe.
 */
public final class KafkaFeatureLog implements FeatureLog, AutoCloseable {
    private static final long LOOK_MILLIS = 20;

    private final Map<String, Object> properties;
    private final int partitions;
    private final Ticker ticker;
    private final Runnable onTopicsChanged;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable Admin opened; // guarded by opening

    /**
     * @param partitions of a new topic, 1 to 256
     * @param onTopicsChanged called after a topic was made or removed; must not block
     */
    public KafkaFeatureLog(LogConnection connection, int partitions, Ticker ticker, Runnable onTopicsChanged) {
        if (partitions < 1 || partitions > 256) {
            throw new IllegalArgumentException("partitions of a topic: " + partitions + " (expected: 1 to 256)");
        }
        this.properties = connection.properties("hopyard-topics");
        properties.put("default.api.timeout.ms", 30_000);
        this.partitions = partitions;
        this.ticker = ticker;
        this.onTopicsChanged = onTopicsChanged;
    }

    /** Also waits until every partition of the topic takes rows. */
    @Override
    public void createTopic(String topic, Deadline deadline) {
        NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        try {
            await(admin().createTopics(List.of(wanted)).all(), "create topic " + topic, deadline);
        } catch (TopicExistsException e) {
            // Made by an earlier try of the same caller.
        } catch (InvalidTopicException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "topic: '" + topic + "' (expected: letters, digits, '.', '_', '-')", e);
        }
        awaitServed(topic, deadline);
        onTopicsChanged.run();
    }

    private void awaitServed(String topic, Deadline deadline) {
        while (!served(topic, deadline)) {
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "create topic " + topic + ": not served in time");
            }
            pause();
        }
    }

    private boolean served(String topic, Deadline deadline) {
        try {
            endOffsets(describe(topic, deadline), deadline);
            return true;
        } catch (UnknownTopicOrPartitionException | LeaderNotAvailableException e) {
            return false;
        }
    }

    @Override
    public void deleteTopic(String topic, Deadline deadline) {
        try {
            await(admin().deleteTopics(List.of(topic)).all(), "delete topic " + topic, deadline);
        } catch (UnknownTopicOrPartitionException e) {
            return;
        }
        onTopicsChanged.run();
    }

    @Override
    public List<Long> endOffsets(String topic, Deadline deadline) {
        try {
            return endOffsets(describe(topic, deadline), deadline);
        } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            throw new FeatureStoreException(
                    ErrorCode.TOPIC_NOT_FOUND, "topic: '" + topic + "' (expected: one that was created)", e);
        } catch (LeaderNotAvailableException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "end of topic " + topic + ": not served now", e);
        }
    }

    private TopicDescription describe(String topic, Deadline deadline) {
        TopicDescription description = await(
                        admin().describeTopics(List.of(topic)).allTopicNames(), "describe topic " + topic, deadline)
                .get(topic);
        if (description == null || description.partitions().stream().anyMatch(part -> part.leader() == null)) {
            throw new LeaderNotAvailableException("topic " + topic + " has a partition without a leader");
        }
        return description;
    }

    private List<Long> endOffsets(TopicDescription topic, Deadline deadline) {
        List<TopicPartition> parts = topic.partitions().stream()
                .map(part -> new TopicPartition(topic.name(), part.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
        Map<TopicPartition, ListOffsetsResultInfo> ends = await(
                admin().listOffsets(parts.stream().collect(Collectors.toMap(part -> part, part -> OffsetSpec.latest())))
                        .all(),
                "end of topic " + topic.name(),
                deadline);
        return parts.stream().map(part -> endOf(ends, part)).toList();
    }

    private static long endOf(Map<TopicPartition, ListOffsetsResultInfo> ends, TopicPartition part) {
        ListOffsetsResultInfo end = ends.get(part);
        if (end == null) {
            throw new LeaderNotAvailableException("no end of " + part);
        }
        return end.offset();
    }

    /** The result, or the library's own exception for what a caller here decides on, or a typed failure. */
    private <T> T await(KafkaFuture<T> future, String what, Deadline deadline) {
        try {
            return future.get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FeatureStoreException(ErrorCode.DEADLINE_EXCEEDED, what + ": no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException known
                    && (known instanceof TopicExistsException
                            || known instanceof UnknownTopicOrPartitionException
                            || known instanceof InvalidTopicException
                            || known instanceof LeaderNotAvailableException)) {
                throw known;
            }
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": " + e.getCause(), e);
        }
    }

    private void pause() {
        try {
            if (closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the log's topics are closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "interrupted", e);
        }
    }

    private Admin admin() {
        opening.lock();
        try {
            if (closed.getCount() == 0) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the log's topics are closed");
            }
            Admin admin = opened;
            if (admin == null) {
                admin = Admin.create(properties);
                opened = admin;
            }
            return admin;
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        opening.lock();
        try {
            if (opened != null) {
                opened.close(Duration.ofSeconds(5));
            }
        } finally {
            opening.unlock();
        }
    }
}
