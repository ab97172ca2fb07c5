package io.hopyard.core.supervision;

import java.util.Locale;

/** What a node does, as it says itself. */
public enum NodeState {
    /** Its services start. */
    STARTING,
    /** All of its services run; its parts say how well. */
    SERVING,
    /** Finishes what it has. */
    DRAINING,
    /** Nothing is in flight any more; services still run, for who comes although not sent. */
    DRAINED,
    /** Its services close. */
    STOPPING,
    /** Waits for the wish to serve. */
    STOPPED,
    /** A part failed; after a pause its services start again. */
    RESTARTING;

    /** As it stands in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
