/** Nodes of a cluster: who is in, where they are, and who leads. */
@NullMarked
package io.hopyard.core.cluster;

import org.jspecify.annotations.NullMarked;
