package io.hopyard.core.access;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The API keys of the users. What a method changed is durable when it returns. Thread safe. */
public final class ApiKeys {
    /** Keys of one user. */
    static final int KEYS_MAX = 500;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_. -]{0,99}");

    private final Database database;
    private final Commits commits;
    private final RandomGenerator random;
    private final Clock clock;

    /** A new key; its text is shown to the owner once and cannot be found out again. */
    public record Issued(ApiKey key, KeyText text) {}

    /** @param random a cryptographic one */
    public ApiKeys(Database database, Commits commits, RandomGenerator random, Clock clock) {
        this.database = database;
        this.commits = commits;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Makes a key.
     *
     * @param expiresMillis epoch milliseconds; null = never
     */
    public Issued issue(long userId, String name, Set<Scope> scopes, @Nullable Long expiresMillis, Deadline deadline) {
        if (!NAME.matcher(name).matches()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "name: of another shape (expected: 1 to 100 letters, digits, blanks, dots, dashes, underscores,"
                            + " the first a letter or digit)");
        }
        if (scopes.isEmpty()) {
            throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, "scopes: none (expected: at least one)");
        }
        if (expiresMillis != null && expiresMillis <= clock.millis()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "expiry: " + expiresMillis + " (expected: a time in the future)");
        }
        KeyText text = KeyText.random(random);
        ApiKey key = new ApiKey(text.prefix(), userId, name, scopes, expiresMillis, clock.millis());
        int there = AccessRows.list(database, "keys", "global", AccessRows.keysOf(userId), KEYS_MAX * 2, deadline)
                .size();
        if (there >= KEYS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "keys: " + there + " (expected: at most " + KEYS_MAX + " per user)");
        }
        List<Condition> conditions = new ArrayList<>(absent(key));
        conditions.add(new Condition.Present(AccessRows.user(userId)));
        commits.apply(conditions, writes(key, text), deadline, refused -> refusal(refused.condition(), key));
        return new Issued(key, text);
    }

    private static FeatureStoreException refusal(Condition condition, ApiKey key) {
        return condition instanceof Condition.Present
                ? new FeatureStoreException(
                        ErrorCode.USER_NOT_FOUND, "id: " + key.userId() + " (expected: an existing user)")
                : new FeatureStoreException(
                        ErrorCode.API_KEY_EXISTS, "name: " + key.name() + " (expected: one that no other key has)");
    }

    static List<Condition> absent(ApiKey key) {
        return List.of(
                new Condition.Absent(AccessRows.keyName(key.userId(), key.name())),
                new Condition.Absent(AccessRows.key(key.prefix())));
    }

    List<Write> writes(ApiKey key, KeyText text) {
        return List.of(
                new Write.Put(AccessRows.key(key.prefix()), AccessRows.write(StoredKey.of(key, text.secret(), random))),
                new Write.Put(AccessRows.keyName(key.userId(), key.name()), AccessRows.text(key.prefix())));
    }

    /** By name. */
    public List<ApiKey> list(long userId, Deadline deadline) {
        List<RowKey> prefixes =
                AccessRows.list(database, "keys", "global", AccessRows.keysOf(userId), KEYS_MAX * 2, deadline).stream()
                        .map(row -> AccessRows.key(AccessRows.text(row)))
                        .toList();
        List<ApiKey> keys = new ArrayList<>();
        for (Row row : database.read(prefixes, deadline)) {
            if (row != null) {
                keys.add(AccessRows.storedKey(row).key());
            }
        }
        return keys;
    }

    /** Refused with {@code API_KEY_NOT_FOUND}; the key is refused everywhere within 5 seconds. */
    public void revoke(long userId, String name, Deadline deadline) {
        RowKey nameKey = NAME.matcher(name).matches() ? AccessRows.keyName(userId, name) : null;
        commits.<@Nullable Void>change(deadline, () -> {
            Row row = nameKey == null ? null : AccessRows.find(database, nameKey, deadline);
            if (row == null) {
                throw new FeatureStoreException(
                        ErrorCode.API_KEY_NOT_FOUND, "name: " + name + " (expected: a key of the user)");
            }
            return new Commits.Plan<>(
                    List.of(new Condition.VersionEquals(row.key(), row.version())),
                    List.of(new Write.Remove(row.key()), new Write.Remove(AccessRows.key(AccessRows.text(row)))),
                    null);
        });
    }
}
