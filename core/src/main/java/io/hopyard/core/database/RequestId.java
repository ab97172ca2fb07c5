package io.hopyard.core.database;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Identifies a commit over all its repetitions. */
public record RequestId(UUID value) {
    public static RequestId random(RandomGenerator random) {
        return new RequestId(new UUID(random.nextLong(), random.nextLong()));
    }
}
