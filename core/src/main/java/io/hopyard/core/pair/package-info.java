/**
 * How the two data nodes of a pair may lose each other without losing a row: the record, the register that keeps it, and the
 * decisions of a member. Nothing here waits, reads a clock or sends anything.
 *
 * <p>The form is that of NDB's node groups and its arbitrator, with one change that the engine forces: its engine must not be
 * told that the peer is gone before the register has decided, because it completes transactions without the peer then. So a
 * driver of {@link io.hopyard.core.pair.PairMember}
 *
 * <ol>
 *   <li>holds one lock for a step, publishes the view in a volatile field before it lets go, and performs the actions then;
 *   <li>lets each place where the engine would give the peer up (its discovery's listener, a send that failed) first make a
 *       step {@code EnginePeerGone} and wait until that process was excluded; a wait that never ends is right, the process is
 *       halted then;
 *   <li>shows the engine an excluded process as gone, and any other that was ever in the ring as present;
 *   <li>calls the register from one thread only, one call at a time, each with a deadline;
 *   <li>reads its ticker before it sends a heartbeat, and sends the answer to one only after the step is published;
 *   <li>asks {@link io.hopyard.core.pair.WriteRule} before and after each write, and {@link io.hopyard.core.pair.ReadRule}
 *       before and after each read.
 * </ol>
 */
@NullMarked
package io.hopyard.core.pair;

import org.jspecify.annotations.NullMarked;
