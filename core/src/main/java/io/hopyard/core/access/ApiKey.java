package io.hopyard.core.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as its owner may see it: everything but the secret.
 *
 * @param prefix the public 16 characters before the dot
 * @param name unique among the keys of the user
 * @param expiresMillis epoch milliseconds from which it is refused; null = never
 * @param createdMillis epoch milliseconds
 */
public record ApiKey(
        String prefix,
        long userId,
        String name,
        Set<Scope> scopes,
        @Nullable Long expiresMillis,
        long createdMillis) {
    public ApiKey {
        scopes = Set.copyOf(scopes);
    }
}
