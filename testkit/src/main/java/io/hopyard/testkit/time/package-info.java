/** Time that tests move by hand. */
@NullMarked
package io.hopyard.testkit.time;

import org.jspecify.annotations.NullMarked;
