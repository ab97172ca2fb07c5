@NullMarked
package io.hopyard.core.pair;

import org.jspecify.annotations.NullMarked;
