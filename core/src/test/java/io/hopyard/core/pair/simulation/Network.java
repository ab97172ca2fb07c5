package io.hopyard.core.pair.simulation;

import java.util.HashMap;
import java.util.Map;

/** The lines between the two nodes, one each way. */
final class Network {
    private final Timeline timeline;
    private final Map<String, Long> cutUntil = new HashMap<>();

    Network(Timeline timeline) {
        this.timeline = timeline;
    }

    void cut(String from, String to, long forNanos) {
        cutUntil.merge(from + ">" + to, timeline.now() + forNanos, Math::max);
    }

    void heal() {
        cutUntil.clear();
    }

    boolean cut(String from, String to) {
        return cutUntil.getOrDefault(from + ">" + to, 0L) > timeline.now();
    }

    /** A word that may be lost or come late, even after the line is whole again. */
    void tell(String from, String to, Runnable arrives) {
        timeline.in(delay(), () -> {
            if (!cut(from, to)) {
                arrives.run();
            } else if (timeline.chance(0.5)) {
                tell(from, to, arrives);
            }
        });
    }

    long delay() {
        return timeline.chance(0.03) ? timeline.millis(5, 300) : timeline.millis(0.1, 2);
    }
}
