package io.hopyard.core.feature;

import java.util.List;
import java.util.stream.Collectors;

/** The type of a feature in the offline (Hive-like) notation of the public API, for example {@code array<double>}. */
public sealed interface FeatureType {
    /** The notation of the public API: lower case, no blanks. */
    String text();

    /** Types without parameters. */
    enum Simple implements FeatureType {
        BOOLEAN,
        TINYINT,
        SMALLINT,
        INT,
        BIGINT,
        FLOAT,
        DOUBLE,
        STRING,
        DATE,
        TIMESTAMP,
        BINARY;

        private final String text = name().toLowerCase(java.util.Locale.ROOT);

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * @param precision digits, 1 to 76
     * @param scale digits after the point, 0 to precision
     */
    record Decimal(int precision, int scale) implements FeatureType {
        public static final int PRECISION_MAX = 76;

        public Decimal {
            if (precision < 1 || precision > PRECISION_MAX || scale < 0 || scale > precision) {
                throw new IllegalArgumentException("decimal(" + precision + "," + scale + ") (expected: precision 1 to "
                        + PRECISION_MAX + ", scale 0 to precision)");
            }
        }

        @Override
        public String text() {
            return "decimal(" + precision + "," + scale + ")";
        }
    }

    /** A list of elements, each possibly null. */
    record Array(FeatureType element) implements FeatureType {
        @Override
        public String text() {
            return "array<" + element.text() + ">";
        }
    }

    /** A map from strings to values, each possibly null. */
    record MapOf(FeatureType value) implements FeatureType {
        @Override
        public String text() {
            return "map<string," + value.text() + ">";
        }
    }

    /** Named members, each possibly null. */
    record Struct(List<Member> members) implements FeatureType {
        public Struct {
            members = List.copyOf(members);
        }

        @Override
        public String text() {
            return members.stream()
                    .map(member -> member.name() + ":" + member.type().text())
                    .collect(Collectors.joining(",", "struct<", ">"));
        }
    }

    /** One member of a struct. */
    record Member(String name, FeatureType type) {}

    /** True for array, map and struct: types that travel as Avro bytes. */
    default boolean complex() {
        return this instanceof Array || this instanceof MapOf || this instanceof Struct;
    }

    /**
     * Reads the notation of the public API, without regard to case and blanks.
     *
     * @throws IllegalArgumentException that says the text and what was expected
     */
    static FeatureType parse(String text) {
        return FeatureTypeParser.parse(text);
    }
}
