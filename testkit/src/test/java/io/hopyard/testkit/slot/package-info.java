/** Slots on their way between two pairs, from seeds. */
@NullMarked
package io.hopyard.testkit.slot;

import org.jspecify.annotations.NullMarked;
