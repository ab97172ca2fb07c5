@NullMarked
package io.hopyard.core.slot;

import org.jspecify.annotations.NullMarked;
