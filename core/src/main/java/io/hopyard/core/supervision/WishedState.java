package io.hopyard.core.supervision;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the operators want a node to do; it stands until they want something else, also over restarts. */
public enum WishedState {
    /** Takes requests. */
    SERVING,
    /** Finishes what it has, is named to no client, and takes nothing that can go elsewhere. */
    DRAINING,
    /** Keeps only what is needed to be told to start again. */
    STOPPED,
    /** Is no node of the cluster any more. */
    REMOVED;

    /** As it stands in JSON and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True for a node that shall run none of its services. */
    public boolean atRest() {
        return this == STOPPED || this == REMOVED;
    }

    /** @throws FeatureStoreException {@code INVALID_REQUEST} when it is no state's word */
    public static WishedState parse(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST,
                        "wished state: '" + word + "' (expected: "
                                + Arrays.stream(values()).map(WishedState::word).collect(Collectors.joining(", "))
                                + ")"));
    }
}
