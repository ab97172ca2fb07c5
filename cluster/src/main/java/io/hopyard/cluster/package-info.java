/**
 * Coordination: a ZooKeeper server inside each head, the connection to them, which nodes are alive, who leads, which of a
 * pair of data nodes may serve. Only nodes of the cluster come in: every port takes TLS with a certificate of the cluster's
 * authority whose common name begins with {@code node:}.
 */
@NullMarked
package io.hopyard.cluster;

import org.jspecify.annotations.NullMarked;
