package io.hopyard.testkit.database;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The database in the memory of one test. Thread safe; nothing is durable. */
public final class MemoryDatabase implements Database {
    private static final int REQUESTS_MAX = 100_000;

    /** What becomes of the next commit whose answer gets lost. */
    public enum LostAnswer {
        /** Applied; the caller hears {@link Outcome.Unknown}. */
        AFTER_THE_COMMIT,
        /** Not applied; the caller hears {@link Outcome.Unknown}. */
        BEFORE_THE_COMMIT
    }

    private record Change(long version, RowKey key) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Ticker ticker;
    private final int historyMax;
    private final TreeMap<RowKey, Row> rows = new TreeMap<>();
    private final Map<RequestId, Long> applied = new HashMap<>();
    private final ArrayDeque<RequestId> appliedOrder = new ArrayDeque<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final ArrayDeque<LostAnswer> lostAnswers = new ArrayDeque<>();
    private long version;
    private long historyFloor;

    public MemoryDatabase() {
        this(System::nanoTime);
    }

    /** @param ticker against which deadlines are checked */
    public MemoryDatabase(Ticker ticker) {
        this(ticker, 100_000);
    }

    /**
     * @param ticker against which deadlines are checked
     * @param historyMax changes that are remembered at most
     */
    public MemoryDatabase(Ticker ticker, int historyMax) {
        this.ticker = ticker;
        this.historyMax = historyMax;
    }

    /** Loses the answer of the next commit; several calls lose that of as many commits. */
    public void loseAnswer(LostAnswer how) {
        locked(() -> lostAnswers.add(how));
    }

    /** Forgets the history of changes, as a restart does. */
    public void forgetHistory() {
        locked(() -> {
            history.clear();
            historyFloor = version;
            return true;
        });
    }

    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        check(deadline);
        return locked(() -> {
            List<@Nullable Row> found = new ArrayList<>(keys.size());
            keys.forEach(key -> found.add(rows.get(key)));
            return found;
        });
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        check(deadline);
        String start = scan.from().isEmpty() ? scan.prefix() : scan.from();
        return locked(() -> {
            List<Row> page = new ArrayList<>();
            for (Row row :
                    rows.tailMap(new RowKey(scan.table(), scan.group(), start)).values()) {
                RowKey key = row.key();
                if (!key.table().equals(scan.table()) || !key.group().equals(scan.group())) {
                    break;
                }
                if (key.rest().startsWith(scan.prefix())) {
                    if (page.size() == scan.limit()) {
                        return new Page(page, key.rest());
                    }
                    page.add(row);
                } else if (key.compareTo(new RowKey(scan.table(), scan.group(), scan.prefix())) > 0) {
                    break;
                }
            }
            return new Page(page, null);
        });
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        check(deadline);
        return locked(() -> {
            LostAnswer lost = lostAnswers.poll();
            if (lost == LostAnswer.BEFORE_THE_COMMIT) {
                return new Outcome.Unknown("the answer was lost");
            }
            Outcome outcome = decide(commit);
            return lost == null ? outcome : new Outcome.Unknown("the answer was lost");
        });
    }

    private Outcome decide(Commit commit) {
        Long before = applied.get(commit.requestId());
        if (before != null) {
            return new Outcome.Applied(before);
        }
        for (Condition condition : commit.conditions()) {
            Row found = rows.get(condition.key());
            if (!condition.holds(found)) {
                return new Outcome.Refused(condition, found);
            }
        }
        if (!commit.writes().isEmpty()) {
            apply(commit);
        }
        return new Outcome.Applied(version);
    }

    private void apply(Commit commit) {
        version++;
        for (Write write : commit.writes()) {
            switch (write) {
                case Write.Put put -> rows.put(put.key(), new Row(put.key(), put.value(), version));
                case Write.Remove remove -> rows.remove(remove.key());
            }
            history.add(new Change(version, write.key()));
        }
        while (history.size() > historyMax) {
            historyFloor = history.remove().version();
        }
        applied.put(commit.requestId(), version);
        appliedOrder.add(commit.requestId());
        if (appliedOrder.size() > REQUESTS_MAX) {
            applied.remove(appliedOrder.remove());
        }
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        check(deadline);
        return locked(() -> {
            if (since < historyFloor || since > version) {
                return new Changes.TooOld(version);
            }
            SequencedSet<RowKey> keys = new LinkedHashSet<>();
            history.stream().filter(change -> change.version() > since).forEach(change -> keys.add(change.key()));
            return new Changes.Keys(List.copyOf(keys), version);
        });
    }

    private void check(Deadline deadline) {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, "database: the deadline passed before the call was begun");
        }
    }

    private <T extends @Nullable Object> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
