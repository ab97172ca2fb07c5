@NullMarked
package io.hopyard.core.time;

import org.jspecify.annotations.NullMarked;
