package io.hopyard.core.view;

import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feature view as it is stored; what it is made of is worked out by {@link ViewTree} from the groups as they are.
 *
 * @param marked which of the selected features are labels and helper columns
 * @param functions the model-dependent transformation functions
 * @param featureAgeMaxSeconds how old a feature may be, or null
 */
public record FeatureView(
        long id,
        long projectId,
        String name,
        int version,
        String description,
        Query query,
        List<Marked> marked,
        List<TransformationFunction> functions,
        @Nullable Long featureAgeMaxSeconds,
        Creation creation) {
    private static final int FORMAT = 1;

    public FeatureView {
        marked = List.copyOf(marked);
        functions = List.copyOf(functions);
        Names.checkEntity(ErrorCode.INVALID_FEATURE_VIEW, "feature view name", name);
        Names.checkDescription("description", description);
        if (functions.size() > Limits.FUNCTIONS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_VIEW,
                    "transformation functions: " + functions.size() + " (expected: at most " + Limits.FUNCTIONS_MAX
                            + ")");
        }
        if (featureAgeMaxSeconds != null && featureAgeMaxSeconds < 1) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_VIEW, "maxFeatureAgeSecs: " + featureAgeMaxSeconds + " (expected: >= 1)");
        }
    }

    /** What a feature is in the view besides a feature. */
    public enum Mark {
        LABEL,
        INFERENCE_HELPER,
        TRAINING_HELPER
    }

    /**
     * @param featureGroupId the group it comes from, or null when the user named only the feature
     * @param feature its name in the group
     */
    public record Marked(@Nullable Long featureGroupId, String feature, Mark mark) {}

    public FeatureView withDescription(String other) {
        return new FeatureView(
                id, projectId, name, version, other, query, marked, functions, featureAgeMaxSeconds, creation);
    }

    public byte[] toBytes() {
        return new RecordWriter(FORMAT)
                .put(1, id)
                .put(2, projectId)
                .put(3, name)
                .put(4, (long) version)
                .put(5, description)
                .put(6, QueryCodec.encode(query))
                .putRecords(7, marked.stream().map(FeatureView::encode).toList())
                .putRecords(
                        8,
                        functions.stream().map(TransformationFunction::toBytes).toList())
                .put(9, featureAgeMaxSeconds)
                .put(10, creation.toBytes())
                .toBytes();
    }

    public static FeatureView of(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new FeatureView(
                reader.number(1),
                reader.number(2),
                reader.string(3),
                (int) reader.number(4),
                reader.string(5),
                QueryCodec.decode(reader.bytes(6)),
                reader.records(7).stream().map(FeatureView::marked).toList(),
                reader.records(8).stream().map(TransformationFunction::of).toList(),
                reader.findNumber(9),
                Creation.of(reader.bytes(10)));
    }

    private static byte[] encode(Marked marked) {
        return new RecordWriter(FORMAT)
                .put(1, marked.featureGroupId())
                .put(2, marked.feature())
                .put(3, marked.mark().name())
                .toBytes();
    }

    private static Marked marked(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Marked(reader.findNumber(1), reader.string(2), Mark.valueOf(reader.string(3)));
    }
}
