package io.hopyard.wire.health;

/**
 * How one part of the node feels.
 *
 * @param ready true when it can serve
 * @param detail a short sentence for people, without secrets
 */
public record PartHealth(String part, boolean ready, String detail) {}
