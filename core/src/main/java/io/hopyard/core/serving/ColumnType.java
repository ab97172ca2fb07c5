package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;

/**
 * How a feature is held in an online row. The Java type of a value is fixed by the column type:
 *
 * <ul>
 *   <li>BOOLEAN: {@code Boolean}
 *   <li>TINYINT, SMALLINT, INT, BIGINT: {@code Long}
 *   <li>FLOAT: {@code Float}; DOUBLE: {@code Double}
 *   <li>DECIMAL: {@code BigDecimal}
 *   <li>STRING: {@code String}
 *   <li>DATE: {@code Long}, days since 1970-01-01
 *   <li>TIMESTAMP: {@code Long}, microseconds since 1970-01-01T00:00Z
 *   <li>BINARY: {@code byte[]}
 *   <li>COMPLEX: {@code byte[]}, the Avro encoding of the union of null and the type, as it came through the log
 * </ul>
 */
public enum ColumnType {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    DATE,
    TIMESTAMP,
    BINARY,
    COMPLEX;

    /** The column type of a feature type. */
    public static ColumnType of(FeatureType type) {
        return switch (type) {
            case FeatureType.Simple simple -> valueOf(simple.name());
            case FeatureType.Decimal decimal -> DECIMAL;
            case FeatureType.Array array -> COMPLEX;
            case FeatureType.MapOf map -> COMPLEX;
            case FeatureType.Struct struct -> COMPLEX;
        };
    }

    /** True when a primary key may have this type in the online store. */
    public boolean usableAsKey() {
        return this != FLOAT && this != DOUBLE && this != COMPLEX;
    }
}
