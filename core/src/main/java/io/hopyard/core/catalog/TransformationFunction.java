package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;

/**
 * A function that the client runs; the catalogue only keeps its text.
 *
 * @param id 0 until it is stored
 * @param name of the function in its source
 * @param kind {@code undefined}, {@code model_dependent} or {@code on_demand}
 * @param udf the JSON object that describes it, as the client sent it, without absent members
 */
public record TransformationFunction(long id, String name, int version, String kind, String udf) {
    private static final int FORMAT = 1;

    public TransformationFunction {
        if (name.isEmpty() || name.length() > 255) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "name of a transformation function: '" + Names.shorten(name) + "' (expected: 1 to 255 characters)");
        }
        Names.checkVersion(ErrorCode.INVALID_REQUEST, version);
        if (udf.length() > Limits.DOCUMENT_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "transformation function '" + Names.shorten(name) + "' of " + udf.length()
                            + " characters (expected: at most " + Limits.DOCUMENT_LENGTH_MAX + ")");
        }
    }

    public TransformationFunction withId(long newId) {
        return new TransformationFunction(newId, name, version, kind, udf);
    }

    public byte[] toBytes() {
        return new RecordWriter(FORMAT)
                .put(1, id)
                .put(2, name)
                .put(3, (long) version)
                .put(4, kind)
                .put(5, udf)
                .toBytes();
    }

    public static TransformationFunction of(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new TransformationFunction(
                reader.number(1), reader.string(2), (int) reader.number(3), reader.string(4), reader.string(5));
    }
}
