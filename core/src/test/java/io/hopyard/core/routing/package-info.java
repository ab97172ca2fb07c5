@NullMarked
package io.hopyard.core.routing;

import org.jspecify.annotations.NullMarked;
