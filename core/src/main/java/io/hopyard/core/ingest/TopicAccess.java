package io.hopyard.core.ingest;

/**
 * Decides what the holder of a client certificate may do with a topic of the log. Asked on the broker's request threads
 * for every topic of a request, so it answers from a bounded cache that notices changed rights within 5 seconds. Thread
 * safe. What cannot be decided is refused.
 */
public interface TopicAccess {
    /**
     * @param principal the certificate's common name, {@code <projectName>__<username>}
     * @param topic its name, whether or not it exists
     */
    boolean mayWrite(String principal, String topic);

    /** True when the topic's partitions and offsets may be seen; otherwise the topic looks as if it did not exist. */
    boolean mayDescribe(String principal, String topic);
}
