package io.hopyard.core.serving;

import java.util.Map;

/**
 * One feature vector as it was asked for.
 *
 * @param keys serving keys: name to Long, BigDecimal, Double, String or Boolean
 * @param passed features that the caller gives himself
 */
public record VectorEntry(Map<String, Object> keys, Map<String, Passed> passed) {
    /** What kind of JSON value it was. */
    public enum Kind {
        BOOLEAN("boolean"),
        NUMBER("number"),
        STRING("string"),
        OTHER("other"),
        NULL("null");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * @param value comes back unchanged through {@link VectorSink#passed}
     */
    public record Passed(Kind kind, Object value) {}
}
