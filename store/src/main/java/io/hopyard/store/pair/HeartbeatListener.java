package io.hopyard.store.pair;

import io.hopyard.core.pair.Heartbeat;
import io.hopyard.core.pair.Incarnation;

/** Who hears what comes over the connections for heartbeats. Thread safe. */
interface HeartbeatListener {
    /** What to send now. */
    Heartbeat heartbeat();

    /** @return what to answer */
    Heartbeat.Answer asked(Heartbeat ask);

    /** @param sentNanos this node's ticker, read before the question was sent */
    void answered(Heartbeat.Answer answer, long sentNanos);

    /** The operating system has ended the connections of that process. */
    void ended(Incarnation peer);
}
