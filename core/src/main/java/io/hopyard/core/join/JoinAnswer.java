package io.hopyard.core.join;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node gets that may join, or renew. Immutable.
 *
 * @param chain PEM of its certificate and the authority's
 * @param settings those that all nodes share, by key
 * @param authorityKey PEM of the authority's private key, for a head; else null
 */
public record JoinAnswer(
        String chain,
        Map<String, String> settings,
        @Nullable String authorityKey) {
    public JoinAnswer {
        settings = Map.copyOf(settings);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "JoinAnswer[settings " + settings.keySet() + (authorityKey == null ? "]" : ", authority's key]");
    }
}
