/** Benchmarks of whole nodes beside their peers; never shipped. */
@NullMarked
package io.hopyard.bench;

import org.jspecify.annotations.NullMarked;
