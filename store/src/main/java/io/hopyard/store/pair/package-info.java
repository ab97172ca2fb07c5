/**
 * What makes a data node a member of its pair: it feeds the rules of {@link io.hopyard.core.pair.PairMember} with what
 * happens, does what they say, and lets requests pass as they allow. Knows nothing of the engine but
 * {@link io.hopyard.store.pair.PairEngine}.
 */
@NullMarked
package io.hopyard.store.pair;

import org.jspecify.annotations.NullMarked;
