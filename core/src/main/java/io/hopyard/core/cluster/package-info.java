/** Which nodes make up a cluster, who may join it, and who leads. */
@NullMarked
package io.hopyard.core.cluster;

import org.jspecify.annotations.NullMarked;
