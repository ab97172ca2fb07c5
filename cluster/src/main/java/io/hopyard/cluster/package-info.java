/** The coordination service (ZooKeeper), and what nodes agree on with its help: who is in, who leads. */
@NullMarked
package io.hopyard.cluster;

import org.jspecify.annotations.NullMarked;
