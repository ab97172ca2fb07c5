@NullMarked
package io.hopyard.testkit.pair;

import org.jspecify.annotations.NullMarked;
