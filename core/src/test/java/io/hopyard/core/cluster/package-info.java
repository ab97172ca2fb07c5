/** Tests of what nodes know of each other. */
@NullMarked
package io.hopyard.core.cluster;

import org.jspecify.annotations.NullMarked;
