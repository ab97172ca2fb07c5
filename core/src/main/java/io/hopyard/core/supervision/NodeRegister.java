package io.hopyard.core.supervision;

import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where registrations and reports of all nodes are kept. Thread safe. {@link #read} and {@link #replace} throw
 * {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} when they
 * cannot be answered; the others answer at once, from what was last heard.
 */
public interface NodeRegister {
    /** Those that were not removed, by name. */
    List<Registration> registered();

    /** What nodes that are alive say of themselves, by the name of the node. */
    Map<String, NodeReport> reports();

    /** Null when no node of that name was ever registered. */
    @Nullable
    Written read(String name, Deadline deadline);

    /**
     * Replaces what was read; false when something else was written since, and then nothing is changed.
     *
     * @param read null when there was none
     */
    boolean replace(@Nullable Written read, Registration registration, Deadline deadline);

    /** @param version opaque, another one after each write */
    record Written(Registration registration, int version) {}
}
