@NullMarked
package io.hopyard.cluster;

import org.jspecify.annotations.NullMarked;
