package io.hopyard.stream;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.ingest.TopicAccess;

/**
 * Who may do what at the log's doors.
 *
 * @param topics for members of projects
 * @param nodes which of them may read, write and change topics
 * @param brokers which of them may act as brokers and controllers of the log
 */
public record LogAccess(TopicAccess topics, NodeGate nodes, NodeGate brokers) {
    /** Every node of the authority is let in. */
    public static LogAccess ofTopics(TopicAccess topics) {
        return new LogAccess(topics, NodeGate.OPEN, NodeGate.OPEN);
    }
}
