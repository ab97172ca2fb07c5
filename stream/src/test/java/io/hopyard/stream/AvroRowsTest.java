package io.hopyard.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.AvroSubject;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ComplexValue;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroRowsTest {
    private static OnlineSchema schema(String... namesAndTypes) {
        List<OnlineColumn> columns = new ArrayList<>();
        for (int index = 0; index < namesAndTypes.length; index += 2) {
            columns.add(new OnlineColumn(namesAndTypes[index], FeatureType.parse(namesAndTypes[index + 1]), null));
        }
        return new OnlineSchema(1, columns, List.of(0), null, null);
    }

    static String subject(OnlineSchema schema) {
        return AvroSubject.text(
                "shop_featurestore",
                "g",
                1,
                schema.columns().stream()
                        .map(column -> new AvroSubject.Field(column.name(), column.featureType()))
                        .toList());
    }

    /** A row as the public client writes it: complex values are encoded by themselves first. */
    static byte[] row(OnlineSchema schema, @Nullable Object... values) {
        Schema subject = new Schema.Parser().parse(subject(schema));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            for (int index = 0; index < values.length; index++) {
                Schema field = subject.getFields().get(index).schema();
                if (schema.columns().get(index).featureType().complex()) {
                    encoder.writeIndex(1);
                    encoder.writeBytes(encode(field, values[index]));
                } else {
                    new GenericDatumWriter<>(field).write(values[index], encoder);
                }
            }
            encoder.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static byte[] encode(Schema schema, @Nullable Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static ByteBuffer unscaled(String decimal) {
        return ByteBuffer.wrap(new BigDecimal(decimal).unscaledValue().toByteArray());
    }

    /**
     * @param avro what the Avro library writes
     * @param expected in the Java type of the column
     */
    record Sample(
            String type, @Nullable Object avro, @Nullable Object expected) {}

    static Stream<Sample> samples() {
        return Stream.of(
                new Sample("boolean", true, true),
                new Sample("boolean", false, false),
                new Sample("boolean", null, null),
                new Sample("tinyint", -128, -128L),
                new Sample("smallint", 32_767, 32_767L),
                new Sample("int", Integer.MIN_VALUE, (long) Integer.MIN_VALUE),
                new Sample("int", null, null),
                new Sample("bigint", Long.MIN_VALUE, Long.MIN_VALUE),
                new Sample("bigint", Long.MAX_VALUE, Long.MAX_VALUE),
                new Sample("float", -0.0f, -0.0f),
                new Sample("float", Float.MIN_VALUE, Float.MIN_VALUE),
                new Sample("float", Float.NaN, null),
                new Sample("float", Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY),
                new Sample("double", Double.MAX_VALUE, Double.MAX_VALUE),
                new Sample("double", Double.NaN, null),
                new Sample("double", null, null),
                new Sample("string", "", ""),
                new Sample("string", "Größe 東京 🚀 \u0000 \uFFFD", "Größe 東京 🚀 \u0000 \uFFFD"),
                new Sample("string", null, null),
                new Sample("date", -1, -1L),
                new Sample("date", 20_454, 20_454L),
                new Sample("timestamp", -1L, -1L),
                new Sample("timestamp", 253_402_300_799_999_999L, 253_402_300_799_999_999L),
                new Sample("decimal(10,2)", unscaled("-12345678.90"), new BigDecimal("-12345678.90")),
                new Sample("decimal(38,0)", unscaled("9".repeat(38)), new BigDecimal("9".repeat(38))),
                new Sample("decimal(4,4)", unscaled("0.0000"), new BigDecimal("0.0000")),
                new Sample("binary", ByteBuffer.wrap(new byte[] {0, -1, 127}), new byte[] {0, -1, 127}),
                new Sample("binary", ByteBuffer.allocate(0), new byte[0]),
                new Sample("binary", null, null));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySimpleTypeComesAsTheColumnWantsIt(Sample sample) {
        OnlineSchema schema = schema("id", "bigint", "f", sample.type());

        @Nullable Object[] values = AvroRows.of(subject(schema), schema).read(row(schema, 1L, sample.avro()));

        assertThat(values[1]).isEqualTo(sample.expected());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "array<double>",
                "array<array<string>>",
                "map<string,bigint>",
                "struct<a:int,b:string,c:array<boolean>>",
                "array<struct<x:float,y:map<string,decimal(8,3)>>>",
                "struct<d:date,t:timestamp,b:binary,s:smallint,t2:tinyint>"
            })
    void complexValuesReadLikeTheAvroLibraryWroteThem(String text) {
        OnlineSchema schema = schema("id", "bigint", "f", text);
        FeatureType type = FeatureType.parse(text);
        Schema avro =
                new Schema.Parser().parse(subject(schema)).getFields().get(1).schema();
        AvroRows rows = AvroRows.of(subject(schema), schema);
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Object written = sample(avro, type, random, 3);
            Object read = rows.read(row(schema, 1L, written))[1];

            assertThat(read == null ? null : ComplexValue.decode((byte[]) read, type))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(plain(written, type));
        }
    }

    private static @Nullable Object sample(Schema union, FeatureType type, Random random, int sizeMax) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        Schema schema = union.getTypes().get(1);
        return switch (type) {
            case FeatureType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> random.nextBoolean();
                    case TINYINT -> random.nextInt(256) - 128;
                    case SMALLINT -> random.nextInt(65_536) - 32_768;
                    case INT, DATE -> random.nextInt();
                    case BIGINT, TIMESTAMP -> random.nextLong();
                    case FLOAT -> random.nextFloat();
                    case DOUBLE -> random.nextGaussian();
                    case STRING -> "ü" + random.nextInt(100);
                    case BINARY -> ByteBuffer.wrap(new byte[] {(byte) random.nextInt(), 0});
                };
            case FeatureType.Decimal decimal ->
                ByteBuffer.wrap(new BigDecimal(random.nextInt(10_000_000))
                        .unscaledValue()
                        .toByteArray());
            case FeatureType.Array array -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int count = random.nextInt(sizeMax + 1); count > 0; count--) {
                    list.add(sample(schema.getElementType(), array.element(), random, sizeMax));
                }
                yield list;
            }
            case FeatureType.MapOf map -> {
                Map<String, @Nullable Object> made = new java.util.LinkedHashMap<>();
                for (int count = random.nextInt(sizeMax + 1); count > 0; count--) {
                    made.put("k" + random.nextInt(9), sample(schema.getValueType(), map.value(), random, sizeMax));
                }
                yield made;
            }
            case FeatureType.Struct struct -> {
                GenericData.Record record = new GenericData.Record(schema);
                for (int index = 0; index < struct.members().size(); index++) {
                    record.put(
                            index,
                            sample(
                                    schema.getFields().get(index).schema(),
                                    struct.members().get(index).type(),
                                    random,
                                    sizeMax));
                }
                yield record;
            }
        };
    }

    /** The same value as {@link ComplexValue} promises it. */
    private static @Nullable Object plain(@Nullable Object value, FeatureType type) {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case FeatureType.Simple simple ->
                switch (simple) {
                    case TINYINT, SMALLINT, INT, DATE, BIGINT, TIMESTAMP -> ((Number) value).longValue();
                    case BINARY -> Arrays.copyOf(((ByteBuffer) value).array(), 2);
                    case BOOLEAN, FLOAT, DOUBLE, STRING -> value;
                };
            case FeatureType.Decimal decimal ->
                new BigDecimal(new java.math.BigInteger(((ByteBuffer) value).array()), decimal.scale());
            case FeatureType.Array array -> {
                List<@Nullable Object> list = new ArrayList<>();
                ((List<?>) value).forEach(element -> list.add(plain(element, array.element())));
                yield list;
            }
            case FeatureType.MapOf map -> {
                Map<Object, @Nullable Object> made = new java.util.LinkedHashMap<>();
                ((Map<?, ?>) value).forEach((key, element) -> made.put(key, plain(element, map.value())));
                yield made;
            }
            case FeatureType.Struct struct -> {
                Map<Object, @Nullable Object> made = new java.util.LinkedHashMap<>();
                struct.members()
                        .forEach(member -> made.put(
                                member.name(), plain(((GenericData.Record) value).get(member.name()), member.type())));
                yield made;
            }
        };
    }

    /** Written by the public client's libraries (fastavro) under the subject text of this schema. */
    @Test
    void rowOfThePublicClientIsRead() {
        OnlineSchema schema = schema(
                "id",
                "bigint",
                "f0",
                "boolean",
                "f1",
                "tinyint",
                "f2",
                "smallint",
                "f3",
                "int",
                "f5",
                "float",
                "f6",
                "double",
                "f7",
                "string",
                "f8",
                "binary",
                "f9",
                "date",
                "f10",
                "timestamp",
                "f11",
                "decimal(10,2)",
                "f12",
                "array<double>",
                "f13",
                "map<string,array<int>>",
                "f14",
                "struct<a:int,b:struct<c:timestamp,d:map<string,decimal(5,1)>>>",
                "f15",
                "array<struct<x:date>>");
        byte[] row = HexFormat.of()
                .parseHex(
                        "0208" + "0201020202040206020000c03f0200000000000004400204c3a402027802cebf02028080bdbf8cd7a306"
                                + "02027d021a020402000000000000f03f0000021c0204026102040202000002620000022a02020202028080bdbf8c"
                                + "d7a3060202027a02020f00021202040202cebf020000");

        @Nullable Object[] values = AvroRows.of(subject(schema), schema).read(row);

        assertThat(Arrays.copyOf(values, 12))
                .containsExactly(
                        4L,
                        true,
                        1L,
                        2L,
                        3L,
                        1.5f,
                        2.5,
                        "ä",
                        new byte[] {'x'},
                        20_455L,
                        1_767_312_000_000_000L,
                        new BigDecimal("1.25"));
        assertThat(complex(schema, values, 12)).isEqualTo(Arrays.asList(1.0, null));
        assertThat(String.valueOf(complex(schema, values, 13))).isEqualTo("{a=[1, null], b=null}");
        assertThat(String.valueOf(complex(schema, values, 14))).isEqualTo("{a=1, b={c=1767312000000000, d={z=1.5}}}");
        assertThat(String.valueOf(complex(schema, values, 15))).isEqualTo("[{x=20455}, null]");
    }

    private static @Nullable Object complex(OnlineSchema schema, @Nullable Object[] values, int column) {
        Object bytes = values[column];
        return bytes == null
                ? null
                : ComplexValue.decode(
                        (byte[]) bytes, schema.columns().get(column).featureType());
    }

    @Test
    void olderSubjectGivesNewColumnsTheirDefault() {
        OnlineSchema old = schema("id", "bigint", "a", "int");
        List<OnlineColumn> columns = new ArrayList<>(old.columns());
        columns.add(new OnlineColumn("b", FeatureType.parse("string"), "none"));
        OnlineSchema now = new OnlineSchema(1, columns, List.of(0), null, null);

        assertThat(AvroRows.of(subject(old), now).read(row(old, 1L, 2))).containsExactly(1L, 2L, "none");
        assertThat(AvroRows.of(subject(now), now).read(row(now, 1L, 2, null))).containsExactly(1L, 2L, null);
    }

    @Test
    void fieldsAreFoundByNameWhateverTheirOrder() {
        OnlineSchema written = schema("b", "string", "id", "bigint");
        OnlineSchema table = schema("id", "bigint", "b", "string");

        assertThat(AvroRows.of(subject(written), table).read(row(written, "x", 5L)))
                .containsExactly(5L, "x");
    }

    @Test
    void subjectsThatDoNotFitTheTableAreRefused() {
        OnlineSchema table = schema("id", "bigint");
        assertThatThrownBy(() -> AvroRows.of(subject(schema("id", "bigint", "x", "int")), table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field 'x' of the subject (expected: a feature of the group)");
        assertThatThrownBy(() -> AvroRows.of(subject(schema("id", "string")), table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "field 'id' of the subject: [\"null\",\"string\"] (expected: null or what bigint is in Avro)");
        assertThatThrownBy(() -> AvroRows.of("{\"type\":", table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("subject that is no Avro schema");
        assertThatThrownBy(() -> AvroRows.of("\"int\"", table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("subject of type INT (expected: a record)");
    }

    @Test
    void everyCutAndEveryFlippedByteIsReadOrRefusedCleanly() {
        OnlineSchema schema = schema(
                "id", "bigint", "s", "string", "a", "array<map<string,double>>", "d", "decimal(9,2)", "b", "boolean");
        AvroRows rows = AvroRows.of(subject(schema), schema);
        byte[] whole = row(schema, 7L, "text", List.of(Map.of("k", 1.5)), unscaled("1.25"), true);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> rows.read(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Avro value of ");
        }
        Random random = new Random(3);
        for (int attempt = 0; attempt < 20_000; attempt++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            try {
                assertThat(rows.read(broken)).hasSize(5);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("Avro value of ");
            }
        }
    }

    @Test
    void subjectOfEveryTypeIsWhatTheAvroLibraryParses() {
        OnlineSchema schema = schema(
                "id",
                "bigint",
                "t",
                "timestamp",
                "d",
                "date",
                "m",
                "decimal(12,3)",
                "s",
                "struct<a:int,b:struct<c:array<int>>>");
        Schema parsed = new Schema.Parser().parse(subject(schema));

        assertThat(parsed.getFullName()).isEqualTo("shop_featurestore.g_1");
        assertThat(parsed.getFields()).allMatch(field -> field.schema().isNullable() && !field.hasDefaultValue());
        assertThat(parsed.getField("t")
                        .schema()
                        .getTypes()
                        .get(1)
                        .getLogicalType()
                        .getName())
                .isEqualTo("timestamp-micros");
        assertThat(parsed.getField("m")
                        .schema()
                        .getTypes()
                        .get(1)
                        .getLogicalType()
                        .getName())
                .isEqualTo("decimal");
    }
}
