package io.hopyard.core.pair;

import io.hopyard.core.pair.PairRegister.Written;

/**
 * What the driver of a {@link PairMember} must do after a step, in the order given. Unless it says otherwise, an action that
 * cannot be done ends the process, and those behind it are not done.
 */
public sealed interface PairAction {
    /** Answered, once, by {@link PairEvent.RecordRead} or {@link PairEvent.RegisterFailed}; nothing else is asked before. */
    record ReadRecord() implements PairAction {}

    /** Answered by {@link PairEvent.RecordWritten}, {@link PairEvent.RecordRefused} or {@link PairEvent.RegisterFailed}. */
    record CreateRecord(PairRecord record) implements PairAction {}

    /** Answered like {@link CreateRecord}. */
    record ReplaceRecord(Written read, PairRecord record) implements PairAction {}

    /** Marks the disk, durably, as one that counts; found again as {@link Disk#MARKED} by the next life. */
    record MarkDisk() implements PairAction {}

    /** Answered by {@link PairEvent.EngineStarted} or {@link PairEvent.EngineLost}. */
    record StartEngine(How how) implements PairAction {}

    /**
     * Makes a node that is in the ring one that gets a copy, if it is not one yet. Asked again with each look at the engine
     * until the copy is complete, so it may fail.
     */
    record AdmitToEngine(Incarnation joiner) implements PairAction {}

    /**
     * From now on the engine is told that this process is gone: waiting calls are released, and the ring drops it if it still
     * has it. Asked again as long as it is seen there.
     */
    record Exclude(Incarnation peer) implements PairAction {}

    record AnswerHeartbeat(Heartbeat.Answer answer) implements PairAction {}

    /** Ends the process at once, without an orderly stop of the engine. A supervisor starts it again. */
    record Halt(String why) implements PairAction {}

    /** What the engine should find when it starts. */
    enum How {
        /** Nobody else; it must become active by itself, by force. */
        ALONE,
        /** Nobody yet; it becomes active when the second one has come. */
        FIRST_OF_TWO,
        /** The first of two. */
        SECOND_OF_TWO,
        /** A sponsor that serves. */
        JOINER
    }
}
