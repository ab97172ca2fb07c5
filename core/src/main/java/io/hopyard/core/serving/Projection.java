package io.hopyard.core.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns of a row a reader wants, in which order. Immutable. */
public final class Projection {
    /** All columns in the order of the schema. */
    public static final Projection ALL = new Projection(null);

    private final int @Nullable [] ordinals;

    private Projection(int @Nullable [] ordinals) {
        this.ordinals = ordinals;
    }

    public static Projection of(List<Integer> ordinals) {
        return new Projection(ordinals.stream().mapToInt(Integer::intValue).toArray());
    }

    public int size(OnlineSchema schema) {
        return ordinals == null ? schema.columns().size() : ordinals.length;
    }

    public int ordinal(int index) {
        return ordinals == null ? index : ordinals[index];
    }
}
