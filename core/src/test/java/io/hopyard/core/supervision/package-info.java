@NullMarked
package io.hopyard.core.supervision;

import org.jspecify.annotations.NullMarked;
