@NullMarked
package io.hopyard.drill;

import org.jspecify.annotations.NullMarked;
