package io.hopyard.core.serving;

import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * What the online doors know about views and tables. Answers come from a bounded cache that notices every change within
 * 5 seconds. Thread safe.
 */
public interface ServingCatalog {
    /**
     * The project of an online database, so that rights can be checked before anything tells what is in it.
     *
     * @param database lower-cased project name; compared without case
     */
    @Nullable
    Long projectId(String database, Deadline deadline);

    /** @param database lower-cased project name; compared without case */
    Lookup view(String database, String name, int version, Deadline deadline);

    /**
     * An online table.
     *
     * @param table {@code <feature group>_<version>}
     */
    @Nullable
    OnlineTable table(String database, String table, Deadline deadline);

    /** What became of a look-up. */
    sealed interface Lookup {
        record Found(ServingView view) implements Lookup {}

        record NoStore() implements Lookup {}

        record NoView() implements Lookup {}

        /** The view is there, a group of it is not. */
        record NoGroup() implements Lookup {}
    }

    /**
     * @param subject the group's current Avro schema, for complex features
     */
    record OnlineTable(long projectId, long featureGroupId, OnlineSchema schema, String subject) {}
}
