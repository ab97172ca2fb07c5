package io.hopyard.wire.rest;

import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.FeatureStores;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Exchange;

/**
 * The feature store that a path names. The frame has checked the path's project; a store of another project is asked for
 * at the gate here. Thread safe.
 */
final class StoreAccess {
    private final FeatureStores stores;
    private final Gate gate;

    StoreAccess(FeatureStores stores, Gate gate) {
        this.stores = stores;
        this.gate = gate;
    }

    FeatureStore toRead(Exchange exchange) {
        return allowed(exchange, exchange.pathNumber("storeId"), Permission.READ);
    }

    FeatureStore toWrite(Exchange exchange) {
        return allowed(exchange, exchange.pathNumber("storeId"), Permission.WRITE);
    }

    FeatureStore ofProject(Exchange exchange) {
        return stores.load(exchange.pathNumber("projectId"), exchange.deadline());
    }

    /** A store that a body names. */
    FeatureStore toRead(Exchange exchange, long storeId) {
        return allowed(exchange, storeId, Permission.READ);
    }

    /** A store that something stored names. */
    FeatureStore toWrite(Exchange exchange, long storeId) {
        return allowed(exchange, storeId, Permission.WRITE);
    }

    private FeatureStore allowed(Exchange exchange, long storeId, Permission permission) {
        boolean own = storeId == exchange.pathNumber("projectId");
        if (!own && !gate.allows(exchange.caller(), storeId, permission, exchange.deadline())) {
            throw new FeatureStoreException(
                    ErrorCode.FORBIDDEN,
                    "feature store: " + storeId + " (expected: one that you may "
                            + (permission == Permission.READ ? "read" : "write") + ")");
        }
        return stores.load(storeId, exchange.deadline());
    }

    FeatureStores stores() {
        return stores;
    }
}
