/** Time as a parameter: tickers and deadlines. */
@NullMarked
package io.hopyard.core.time;

import org.jspecify.annotations.NullMarked;
