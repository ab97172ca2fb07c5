package io.hopyard.core.database;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Commits whose fate is always known to the caller or refused as {@code OUTCOME_UNKNOWN}: an unknown outcome is asked
 * again with the same request id until the deadline. Thread safe when its random generator is.
 */
public final class Commits {
    private static final int UNKNOWN_MAX = 50;
    private static final int CONFLICTS_MAX = 20;
    private static final long PAUSE_NANOS_MAX = 200_000_000;

    private final Database database;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final Pause pause;

    /**
     * What a change wants to write.
     *
     * @param conditions what must still hold of that which was read
     * @param result handed back once the change is durable
     */
    public record Plan<T extends @Nullable Object>(List<Condition> conditions, List<Write> writes, T result) {
        public Plan {
            conditions = List.copyOf(conditions);
            writes = List.copyOf(writes);
        }
    }

    public Commits(Database database, RandomGenerator random, Ticker ticker, Pause pause) {
        this.database = database;
        this.random = random;
        this.ticker = ticker;
        this.pause = pause;
    }

    /**
     * Commits once.
     *
     * @return null when everything is durable, else the condition that did not hold
     * @throws FeatureStoreException {@code OUTCOME_UNKNOWN} when the deadline passes before the fate is known
     */
    public Outcome.@Nullable Refused attempt(List<Condition> conditions, List<Write> writes, Deadline deadline) {
        Commit commit = new Commit(RequestId.random(random), conditions, writes);
        String reason = "";
        for (int attempt = 1; attempt <= UNKNOWN_MAX; attempt++) {
            switch (ask(commit, attempt, deadline)) {
                case Outcome.Applied applied -> {
                    return null;
                }
                case Outcome.Refused refused -> {
                    return refused;
                }
                case Outcome.Unknown unknown -> reason = unknown.reason();
            }
            if (deadline.passed(ticker)) {
                break;
            }
            waitAfter(attempt, deadline);
        }
        throw new FeatureStoreException(
                ErrorCode.OUTCOME_UNKNOWN, "a change may or may not have been stored: " + reason);
    }

    /** A repetition that cannot even be sent leaves the first one as unknown as it was. */
    private Outcome ask(Commit commit, int attempt, Deadline deadline) {
        try {
            return database.commit(commit, deadline);
        } catch (FeatureStoreException e) {
            if (attempt == 1) {
                throw e;
            }
            return new Outcome.Unknown(e.text());
        }
    }

    /** Commits once; throws what {@code refusal} makes of a condition that did not hold. */
    public void apply(
            List<Condition> conditions,
            List<Write> writes,
            Deadline deadline,
            Function<Outcome.Refused, FeatureStoreException> refusal) {
        Outcome.Refused refused = attempt(conditions, writes, deadline);
        if (refused != null) {
            throw refusal.apply(refused);
        }
    }

    /**
     * Reads, decides and commits, again and again as long as others change the rows in between.
     *
     * @param plan reads what it needs and says what to write; refuses by throwing; runs once per attempt. Without
     *     writes, nothing is committed
     * @throws FeatureStoreException {@code CONCURRENT_CHANGE} when others were faster every time
     */
    public <T extends @Nullable Object> T change(Deadline deadline, Supplier<Plan<T>> plan) {
        for (int attempt = 1; attempt <= CONFLICTS_MAX; attempt++) {
            Plan<T> wanted = plan.get();
            if (wanted.writes().isEmpty() || attempt(wanted.conditions(), wanted.writes(), deadline) == null) {
                return wanted.result();
            }
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "a change did not get through in time since others changed the same");
            }
            waitAfter(attempt, deadline);
        }
        throw new FeatureStoreException(
                ErrorCode.CONCURRENT_CHANGE, "others changed the same " + CONFLICTS_MAX + " times; try again");
    }

    private void waitAfter(int attempt, Deadline deadline) {
        long bound = Math.min(PAUSE_NANOS_MAX, 1_000_000L << Math.min(attempt, 10));
        long left = Math.max(1, deadline.remaining(ticker).toNanos());
        pause.pause(Duration.ofNanos(Math.min(left, random.nextLong(bound / 2, bound))));
    }
}
