/** A whole cluster on one machine: what {@code ./hopyard cluster} and the drills start. */
@NullMarked
package io.hopyard.server.local;

import org.jspecify.annotations.NullMarked;
