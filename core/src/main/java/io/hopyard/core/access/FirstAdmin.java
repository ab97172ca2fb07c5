package io.hopyard.core.access;

import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Makes the first administrator of a cluster, once. To survive a kill at any moment, the caller first asks
 * {@link #isMissing}, then keeps a key text in a safe place (or takes the one that an earlier attempt left there), and
 * then calls {@link #create} with it. Thread safe.
 */
public final class FirstAdmin {
    private final Database database;
    private final Users users;
    private final ApiKeys keys;
    private final Clock clock;

    public FirstAdmin(Database database, Users users, ApiKeys keys, Clock clock) {
        this.database = database;
        this.users = users;
        this.keys = keys;
        this.clock = clock;
    }

    /** True until {@link #create} succeeded, on whatever node. */
    public boolean isMissing(Deadline deadline) {
        return AccessRows.find(database, AccessRows.firstAdmin(), deadline) == null;
    }

    /**
     * Makes the user and the key with all scopes in one commit.
     *
     * @return false when there is a first administrator already: then the key is worth nothing
     */
    public boolean create(String email, KeyText text, Deadline deadline) {
        if (!isMissing(deadline)) {
            return false;
        }
        User user = users.fresh(new Users.NewUser(email, "Admin", "Admin", true, true), deadline);
        ApiKey key = new ApiKey(text.prefix(), user.id(), "admin", EnumSet.allOf(Scope.class), null, clock.millis());
        List<Condition> conditions = new ArrayList<>(ApiKeys.absent(key));
        conditions.add(new Condition.Absent(AccessRows.firstAdmin()));
        List<Write> writes = new ArrayList<>(keys.writes(key, text));
        writes.add(new Write.Put(AccessRows.firstAdmin(), AccessRows.number(user.id())));
        try {
            users.create(user, conditions, writes, deadline);
            return true;
        } catch (FeatureStoreException e) {
            if (e.code() == ErrorCode.USER_EXISTS && !isMissing(deadline)) {
                return false;
            }
            throw e;
        }
    }
}
