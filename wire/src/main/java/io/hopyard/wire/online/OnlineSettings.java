package io.hopyard.wire.online;

/**
 * Bounds of the online API.
 *
 * @param batchMax vectors or operations of one batch request
 * @param plansMax plans of feature views that are kept
 */
public record OnlineSettings(int batchMax, int plansMax) {
    public OnlineSettings {
        if (batchMax < 1 || batchMax > 100_000) {
            throw new IllegalArgumentException("batchMax: " + batchMax + " (expected: 1 to 100000)");
        }
        if (plansMax < 1) {
            throw new IllegalArgumentException("plansMax: " + plansMax + " (expected: >= 1)");
        }
    }
}
