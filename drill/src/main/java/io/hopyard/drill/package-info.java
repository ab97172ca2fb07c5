/** Faults that are caused on purpose, and what they did. */
@NullMarked
package io.hopyard.drill;

import org.jspecify.annotations.NullMarked;
