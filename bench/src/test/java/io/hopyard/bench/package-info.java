/** Tests of what the benchmarks calculate. */
@NullMarked
package io.hopyard.bench;

import org.jspecify.annotations.NullMarked;
