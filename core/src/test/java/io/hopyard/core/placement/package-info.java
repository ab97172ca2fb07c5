@NullMarked
package io.hopyard.core.placement;

import org.jspecify.annotations.NullMarked;
