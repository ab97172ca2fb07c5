/** Which pair of data nodes holds which online rows, and how they move from one pair to another while they are served. */
@NullMarked
package io.hopyard.core.slot;

import org.jspecify.annotations.NullMarked;
