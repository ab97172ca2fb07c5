/** Which data nodes make up which pair. */
@NullMarked
package io.hopyard.core.placement;

import org.jspecify.annotations.NullMarked;
