package io.hopyard.core.cluster;

/**
 * Whether this node leads in one matter. At most one node of a cluster does at a time, as long as it asks before each step
 * and its steps are short; what must not happen twice also needs a condition in the database. Thread safe.
 */
public interface Leadership {
    /** False also while the connection to the others is in doubt. Answers at once. */
    boolean leads();

    /**
     * Tells when leadership comes or goes. Listeners are called one after the other and must be quick; one that is added
     * late hears the present state at once if this node leads.
     */
    void listen(Listener listener);

    /** Hears about changes. */
    interface Listener {
        void gained();

        void lost();
    }
}
