package io.hopyard.core.pair;

/**
 * The last promise that a node was given by its peer.
 *
 * @param sentNanos reading of the holder's own ticker before it sent the question, so the lease ends at the holder earlier
 *     than at who granted it
 */
public record Lease(Incarnation grantor, long sentNanos) {}
