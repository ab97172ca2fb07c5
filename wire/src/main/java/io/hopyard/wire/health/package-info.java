/** What operators and probes ask a node: alive, ready, metrics. */
@NullMarked
package io.hopyard.wire.health;

import org.jspecify.annotations.NullMarked;
