@NullMarked
package io.hopyard.core.join;

import org.jspecify.annotations.NullMarked;
