package io.hopyard.core.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The groups of nodes; a node may belong to several, on a laptop to all. */
public enum NodeRole {
    /** Metadata services, REST API, coordination, the log. */
    HEAD,
    /** Ingestion from the log into the stores. */
    WORKER,
    /** The database. */
    DATA,
    /** The only entry to online features. */
    BROKER,
    /** One more copy of the REST API, without coordination and log; every head has one anyway. */
    API;

    /** As people write it, and as it stands in certificates: in small letters. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws FeatureStoreException {@code INVALID_REQUEST} when it is no role's word */
    public static NodeRole parse(String word) {
        return Arrays.stream(values())
                .filter(role -> role.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST,
                        "role: '" + word + "' (expected: "
                                + Arrays.stream(values()).map(NodeRole::word).collect(Collectors.joining(", ")) + ")"));
    }
}
