package io.hopyard.core.routing;

import io.hopyard.core.database.Outcome;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.ErrorKind;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a commit that is asked under one request id at one member after the other. For one thread.
 *
 * <p>An attempt whose answer was lost may still lie before a member that stands still, and be begun until its deadline.
 * So a refusal by the twin is final only when it was asked for after that; otherwise the commit could be applied behind
 * the caller's back. Applied is final at once: members apply a request id once.
 */
public final class CommitFate {
    private @Nullable String unknown;
    private long mayBeginUntil;
    private @Nullable FeatureStoreException failure;

    /** What follows from an answer. */
    public sealed interface Verdict {
        /** Tell the caller. */
        record Say(Outcome outcome) implements Verdict {}

        /** Ask another member. */
        record AskOther() implements Verdict {}

        /** Ask again, but not before the ticker reads that. */
        record AskLater(long notBeforeNanos) implements Verdict {}
    }

    /**
     * @param askedNanos when the member was asked
     * @param attempt after which it does not begin
     */
    public Verdict answered(Outcome outcome, long askedNanos, Deadline attempt) {
        return switch (outcome) {
            case Outcome.Applied applied -> new Verdict.Say(applied);
            case Outcome.Refused refused ->
                mayStillBegin(askedNanos) ? new Verdict.AskLater(mayBeginUntil + 1) : new Verdict.Say(refused);
            case Outcome.Unknown lost -> {
                if (unknown == null || attempt.atNanos() - mayBeginUntil > 0) {
                    mayBeginUntil = attempt.atNanos();
                }
                unknown = lost.reason();
                yield new Verdict.AskOther();
            }
        };
    }

    private boolean mayStillBegin(long askedNanos) {
        return unknown != null && askedNanos - mayBeginUntil <= 0;
    }

    /**
     * The member did not begin.
     *
     * @throws FeatureStoreException the cause, when asking again would not help and no attempt is undecided
     */
    public Verdict failed(FeatureStoreException cause) {
        if (!worthAskingAgain(cause.code())) {
            if (unknown == null) {
                throw cause;
            }
            return new Verdict.Say(new Outcome.Unknown(unknown));
        }
        failure = cause;
        return new Verdict.AskOther();
    }

    /** True for errors that another member, or the same later, may not have; both members know the same slots. */
    public static boolean worthAskingAgain(ErrorCode code) {
        if (code == ErrorCode.SLOT_MOVED || code == ErrorCode.SLOT_PAUSED) {
            return false;
        }
        return code.kind() == ErrorKind.UNAVAILABLE || code == ErrorCode.TOO_MANY_REQUESTS;
    }

    /**
     * The caller's deadline has passed.
     *
     * @throws FeatureStoreException when it is certain that nothing was begun
     */
    public Outcome end() {
        if (unknown != null) {
            return new Outcome.Unknown(unknown);
        }
        throw failure != null
                ? failure
                : new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "commit: the deadline passed before a data node was asked");
    }
}
