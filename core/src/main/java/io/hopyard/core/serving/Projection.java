package io.hopyard.core.serving;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns of a row a reader wants, in which order. Immutable. */
public final class Projection {
    /** All columns in the order of the schema. */
    public static final Projection ALL = new Projection(null);

    private final int @Nullable [] ordinals;
    /** The same ones as a set. */
    private final @Nullable BitSet wanted;

    private Projection(int @Nullable [] ordinals) {
        this.ordinals = ordinals;
        this.wanted = ordinals == null ? null : set(ordinals);
    }

    private static BitSet set(int[] ordinals) {
        BitSet set = new BitSet();
        for (int ordinal : ordinals) {
            set.set(ordinal);
        }
        return set;
    }

    public static Projection of(List<Integer> ordinals) {
        return new Projection(ordinals.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The ordinals in the order wanted; null = all columns. */
    public @Nullable List<Integer> ordinals() {
        return ordinals == null ? null : Arrays.stream(ordinals).boxed().toList();
    }

    /**
     * The image without the bytes of columns that are not wanted; to a reader with this projection it is the same. Wanted
     * columns keep their ordinals, so no schema is needed.
     */
    public RowImage narrow(RowImage image) {
        return wanted == null ? image : image.narrow(wanted);
    }

    public int size(OnlineSchema schema) {
        return ordinals == null ? schema.columns().size() : ordinals.length;
    }

    public int ordinal(int index) {
        return ordinals == null ? index : ordinals[index];
    }
}
