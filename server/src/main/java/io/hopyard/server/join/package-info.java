/** Joining a cluster: a head's tokens and decisions, a joiner's files and first steps. */
@NullMarked
package io.hopyard.server.join;

import org.jspecify.annotations.NullMarked;
