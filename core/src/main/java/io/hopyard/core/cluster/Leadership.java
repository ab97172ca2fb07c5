package io.hopyard.core.cluster;

/** Whether this node leads in one matter. At most one node does, as far as the coordination service can say. Thread safe. */
public interface Leadership {
    /**
     * True while this node is the leader and hears from the coordination service. It turns false when the connection is
     * in doubt, before another node can become the leader; who writes asks again right before.
     */
    boolean leads();

    /** Tells a listener of every change from now on, one at a time, in order. */
    void onChange(Listener listener);

    /** Hears of changes; must not block. */
    @FunctionalInterface
    interface Listener {
        void changed(boolean leads);
    }
}
