package io.hopyard.store.pair;

import io.hopyard.core.time.Deadline;

/** Whether this node may answer now; every request asks, before and after the engine does its part. Thread safe. */
public interface Fence {
    /** Of a node without a peer: it may always. */
    Fence NONE = new Fence() {
        @Override
        public void checkWrite(String what) {}

        @Override
        public boolean acknowledges(Deadline deadline) {
            return true;
        }

        @Override
        public void checkRead(String what) {}

        @Override
        public boolean checkOnlineRead(String what) {
            return true;
        }
    };

    /**
     * Before a write is given to the engine.
     *
     * @throws io.hopyard.core.error.FeatureStoreException UNAVAILABLE: it must not be, and so will not have happened
     */
    void checkWrite(String what);

    /**
     * After the engine has done a write: whether it may be called done. Waits, for a bounded time, while the pair is
     * undecided.
     *
     * @return false = nobody here will ever know whether it is
     */
    boolean acknowledges(Deadline deadline);

    /**
     * Before and after a read of what decides about other things.
     *
     * @throws io.hopyard.core.error.FeatureStoreException UNAVAILABLE: what was read may be too old
     */
    void checkRead(String what);

    /**
     * Before and after a read of online rows.
     *
     * @return false = the rows may be older than what was acknowledged last, by a bounded time
     * @throws io.hopyard.core.error.FeatureStoreException UNAVAILABLE: they may be too old
     */
    boolean checkOnlineRead(String what);
}
