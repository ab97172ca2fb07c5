package io.hopyard.core.access;

import java.util.Set;

/**
 * Who is behind a request, once the API key (or certificate, or password) has been checked.
 *
 * @param username short and safe in file names and database users, for example {@code meb10000}
 * @param admin may administer users and see every project
 * @param scopes what the key may be used for
 */
public record Caller(long userId, String username, String email, boolean admin, Set<Scope> scopes) {
    public Caller {
        scopes = Set.copyOf(scopes);
    }
}
