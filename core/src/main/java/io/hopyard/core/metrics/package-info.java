/** Counters, gauges and histograms that every part registers when it is constructed. */
@NullMarked
package io.hopyard.core.metrics;

import org.jspecify.annotations.NullMarked;
