@NullMarked
package io.hopyard.core.cluster;

import org.jspecify.annotations.NullMarked;
