package io.hopyard.core.database;

import java.util.List;

/** What changed in the database since a version. */
public sealed interface Changes {
    /**
     * @param keys rows written or removed after the asked version, each at least once
     * @param upTo the version that the answer covers; ask from here next time
     */
    record Keys(List<RowKey> keys, long upTo) implements Changes {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The database no longer remembers that far back: drop what is cached, then follow from {@code upTo}.
     */
    record TooOld(long upTo) implements Changes {}
}
