/**
 * Coordination: a ZooKeeper server inside the head, the connection to it, which nodes are alive, who leads. Only nodes of
 * the cluster come in: the door takes TLS with a certificate of the cluster's authority whose common name begins with
 * {@code node:}.
 */
@NullMarked
package io.hopyard.cluster;

import org.jspecify.annotations.NullMarked;
