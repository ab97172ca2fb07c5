package io.hopyard.core.feature;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The Avro schema of a feature group's rows as the public client wants it: one record, every field a union of null and
 * the feature's type, nothing with a default. Structs become records with names of their own, {@code r1}, {@code r2} and
 * so on in the order of the text, because Avro knows no two records of one name.
 */
public final class AvroSubject {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final StringBuilder out = new StringBuilder(256);
    private int records;

    private AvroSubject() {}

    /** A feature as the schema needs it. */
    public record Field(String name, FeatureType type) {}

    /** The name under which a group's schema is registered, {@code <name>_<version>}. */
    public static String subject(String groupName, int version) {
        return groupName + "_" + version;
    }

    /**
     * The schema as JSON without blanks.
     *
     * @param featureStoreName becomes the namespace; a name that begins with a digit gets an underscore in front, which
     *     Avro wants
     * @throws IllegalArgumentException when the name of the group, a feature or a struct member is no Avro name
     */
    public static String text(String featureStoreName, String groupName, int version, List<Field> features) {
        AvroSubject subject = new AvroSubject();
        subject.record(subject(groupName, version), namespace(featureStoreName), features);
        return subject.out.toString();
    }

    private static String namespace(String featureStoreName) {
        boolean digitFirst = !featureStoreName.isEmpty() && Character.isDigit(featureStoreName.charAt(0));
        return checked("feature store", digitFirst ? "_" + featureStoreName : featureStoreName);
    }

    private void record(String name, String namespace, List<Field> fields) {
        out.append("{\"type\":\"record\",\"name\":\"").append(checked("feature group", name));
        out.append("\",\"namespace\":\"").append(namespace).append("\",\"fields\":[");
        fields(fields, "feature");
        out.append("]}");
    }

    private void fields(List<Field> fields, String what) {
        for (int index = 0; index < fields.size(); index++) {
            Field field = fields.get(index);
            out.append(index == 0 ? "" : ",").append("{\"name\":\"").append(checked(what, field.name()));
            out.append("\",\"type\":");
            union(field.type());
            out.append('}');
        }
    }

    private void union(FeatureType type) {
        out.append("[\"null\",");
        switch (type) {
            case FeatureType.Simple simple -> out.append(simple(simple));
            case FeatureType.Decimal decimal ->
                out.append("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":")
                        .append(decimal.precision())
                        .append(",\"scale\":")
                        .append(decimal.scale())
                        .append('}');
            case FeatureType.Array array -> {
                out.append("{\"type\":\"array\",\"items\":");
                union(array.element());
                out.append('}');
            }
            case FeatureType.MapOf map -> {
                out.append("{\"type\":\"map\",\"values\":");
                union(map.value());
                out.append('}');
            }
            case FeatureType.Struct struct -> {
                out.append("{\"type\":\"record\",\"name\":\"r")
                        .append(++records)
                        .append("\",\"fields\":[");
                fields(
                        struct.members().stream()
                                .map(member -> new Field(member.name(), member.type()))
                                .toList(),
                        "struct member");
                out.append("]}");
            }
        }
        out.append(']');
    }

    private static String simple(FeatureType.Simple type) {
        return switch (type) {
            case TINYINT, SMALLINT, INT -> "\"int\"";
            case BIGINT -> "\"long\"";
            case BOOLEAN, FLOAT, DOUBLE, STRING -> "\"" + type.text() + "\"";
            case BINARY -> "\"bytes\"";
            case DATE -> "{\"type\":\"int\",\"logicalType\":\"date\"}";
            case TIMESTAMP -> "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
        };
    }

    private static String checked(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + ": '" + name + "' (expected: ASCII letters, digits and underscores, no digit first)");
        }
        return name;
    }
}
