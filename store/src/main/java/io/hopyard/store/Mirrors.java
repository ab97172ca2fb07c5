package io.hopyard.store;

import java.util.Map;
import org.apache.ignite.lifecycle.LifecycleBean;
import org.apache.ignite.lifecycle.LifecycleEventType;

/**
 * Where the interceptors of one engine find the memory copies of its caches. The engine keeps interceptors inside stored
 * and shipped configurations, so they cannot carry a reference; it never ships a lifecycle bean.
 */
record Mirrors(Map<String, Mirror> byCache) implements LifecycleBean {
    /**
     * A copy in memory. Called by the engine for every change of its cache, on every node that has the row, before the
     * transaction is answered; must be quick and must not throw.
     */
    interface Mirror {
        void put(byte[] key, byte[] value);

        void remove(byte[] key);
    }

    Mirrors {
        byCache = Map.copyOf(byCache);
    }

    @Override
    public void onLifecycleEvent(LifecycleEventType event) {
        // Only here to be found.
    }
}
