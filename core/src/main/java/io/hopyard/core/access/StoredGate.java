package io.hopyard.core.access;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.Row;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides by what is stored. An administrator counts as data owner of every project that exists. How soon a change is
 * seen depends on the database it reads: {@link io.hopyard.core.database.CachingDatabase} keeps it below 5 seconds.
 * Thread safe.
 */
public final class StoredGate implements Gate {
    private final Database database;
    private final Clock clock;
    private final RowMemo<StoredKey> keys = new RowMemo<>(AccessRows::storedKey);
    private final RowMemo<User> users = new RowMemo<>(AccessRows::user);
    private final RowMemo<Member> members = new RowMemo<>(AccessRows::member);

    public StoredGate(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
        if (apiKey == null || apiKey.isEmpty()) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED, "API key: none (expected: the header of the door with an API key)");
        }
        KeyText text = KeyText.parse(apiKey);
        Row row = AccessRows.find(database, AccessRows.key(text.prefix()), deadline);
        StoredKey stored = row == null ? null : keys.of(row);
        if (stored == null || !stored.matches(text.secret())) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED, "API key: unknown (expected: one that exists and was not revoked)");
        }
        Long expiresMillis = stored.key().expiresMillis();
        if (expiresMillis != null && clock.millis() >= expiresMillis) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED, "API key: expired (expected: one that is still valid)");
        }
        Row userRow = AccessRows.find(database, AccessRows.user(stored.key().userId()), deadline);
        User user = userRow == null ? null : users.of(userRow);
        if (user == null || !user.active()) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED, "API key: its user is not active (expected: an active user)");
        }
        return new Caller(
                user.id(),
                user.username(),
                user.email(),
                user.admin(),
                stored.key().scopes());
    }

    @Override
    public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
        List<@Nullable Row> rows = database.read(
                List.of(Members.projectKey(projectId), AccessRows.member(projectId, caller.userId())), deadline);
        if (rows.getFirst() == null) {
            return false;
        }
        Row member = rows.getLast();
        return caller.admin() || (member != null && members.of(member).role().allows(permission));
    }
}
