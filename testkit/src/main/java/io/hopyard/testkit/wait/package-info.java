/** Waiting in tests: for events or by polling, always with an end. */
@NullMarked
package io.hopyard.testkit.wait;

import org.jspecify.annotations.NullMarked;
