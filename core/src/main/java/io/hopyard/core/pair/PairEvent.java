package io.hopyard.core.pair;

import io.hopyard.core.pair.PairRegister.Written;
import org.jspecify.annotations.Nullable;

/** What happens to a member of a pair. */
public sealed interface PairEvent {
    /** Time has passed; at least one per heartbeat, from the first moment on. */
    record Tick() implements PairEvent {}

    /** The answer to {@link PairAction.ReadRecord}; null when there is no record. */
    record RecordRead(@Nullable Written written) implements PairEvent {}

    /** {@link PairAction.CreateRecord} or {@link PairAction.ReplaceRecord} did what it should. */
    record RecordWritten() implements PairEvent {}

    /** Something else was there, and was left as it was. */
    record RecordRefused() implements PairEvent {}

    /** The register did not answer; a write may have happened or may still happen. */
    record RegisterFailed() implements PairEvent {}

    /** The peer sent its heartbeat; answered by {@link PairAction.AnswerHeartbeat} of the same step. */
    record HeartbeatAsked(Heartbeat ask) implements PairEvent {}

    /** @param sentNanos this node's ticker, read before the question was sent */
    record HeartbeatAnswered(Heartbeat.Answer answer, long sentNanos) implements PairEvent {}

    /**
     * The operating system closed a connection for heartbeats because the process at its other end is gone: an orderly end
     * of the stream, never a reset, and no node closes its own side while it lives.
     */
    record PeerEnded(Incarnation peer) implements PairEvent {}

    /**
     * The engine's start of {@link PairAction.StartEngine} has returned.
     *
     * @param other the second server in its ring, null for none
     */
    record EngineStarted(@Nullable Incarnation other) implements PairEvent {}

    /**
     * How the engine stands, looked up at least once per heartbeat while it runs; told in the order in which it was looked up.
     *
     * @param other the second server in its ring, null for none
     * @param copiesComplete whether both hold every partition, and no exchange is pending
     */
    record EngineSeen(@Nullable Incarnation other, boolean copiesComplete) implements PairEvent {}

    /** The engine is about to go on without that process, and waits until it is told that it may. */
    record EnginePeerGone(Incarnation peer) implements PairEvent {}

    /** The engine cannot go on here: it was cut out of the ring, or failed. */
    record EngineLost(String why) implements PairEvent {}

    /**
     * Who is to stand beside this node from now on, null for nobody yet. Told when it changes; a node that was named before
     * and is not now has been removed for good, which is refused while it is a member.
     */
    record PeerNamed(@Nullable String node) implements PairEvent {}
}
