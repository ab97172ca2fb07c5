/**
 * Two members of a pair, their engines, a register and a network, all in one thread and drawn from one seed. Every step of a
 * process is an event of its own, so that it can be stopped between any two.
 */
@NullMarked
package io.hopyard.core.pair.simulation;

import org.jspecify.annotations.NullMarked;
