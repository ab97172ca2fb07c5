@NullMarked
package io.hopyard.core.feature;

import org.jspecify.annotations.NullMarked;
