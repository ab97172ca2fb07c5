package io.hopyard.server.settings;

/**
 * A head as the settings name it.
 *
 * @param name of the node
 * @param host at which its doors for other nodes are, all heads having the same ports
 */
public record HeadAddress(String name, String host) {}
