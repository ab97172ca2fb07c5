package io.hopyard.core.ingest;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.User;
import io.hopyard.core.access.Users;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a project's members at the topics of the project's feature groups, which are named
 * {@code <projectId>_<featureGroupId>_...}. Who has left the project, or is not active any more, is refused even though
 * the certificate is still good. Thread safe.
 */
public final class MemberTopicAccess implements TopicAccess {
    private static final String BETWEEN_PROJECT_AND_USER = "__";

    private final Users users;
    private final Gate gate;
    private final Ticker ticker;
    private final Duration timeout;

    /**
     * @param users over a database that caches
     * @param gate over the same
     * @param timeout of one decision
     */
    public MemberTopicAccess(Users users, Gate gate, Ticker ticker, Duration timeout) {
        this.users = users;
        this.gate = gate;
        this.ticker = ticker;
        this.timeout = timeout;
    }

    @Override
    public boolean mayWrite(String principal, String topic) {
        return allows(principal, topic, Permission.WRITE);
    }

    @Override
    public boolean mayDescribe(String principal, String topic) {
        return allows(principal, topic, Permission.READ);
    }

    private boolean allows(String principal, String topic, Permission permission) {
        int cut = principal.lastIndexOf(BETWEEN_PROJECT_AND_USER);
        Long projectId = projectOf(topic);
        if (cut < 1 || projectId == null) {
            return false;
        }
        Deadline deadline = Deadline.after(ticker, timeout);
        try {
            User user = users.findByUsername(principal.substring(cut + BETWEEN_PROJECT_AND_USER.length()), deadline);
            return user != null
                    && user.active()
                    && gate.allows(
                            new Caller(user.id(), user.username(), user.email(), user.admin(), Set.of(Scope.KAFKA)),
                            projectId,
                            permission,
                            deadline);
        } catch (FeatureStoreException e) {
            return false;
        }
    }

    private static @Nullable Long projectOf(String topic) {
        int end = topic.indexOf('_');
        if (end < 1 || end > 18) {
            return null;
        }
        for (int index = 0; index < end; index++) {
            if (topic.charAt(index) < '0' || topic.charAt(index) > '9') {
                return null;
            }
        }
        return Long.parseLong(topic, 0, end, 10);
    }
}
