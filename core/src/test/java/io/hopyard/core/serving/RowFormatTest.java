package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.RowCodec.LogPosition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowFormatTest {
    private static final LogPosition POSITION = new LogPosition(3, 77);
    private static final List<OnlineColumn> COLUMNS = columns(
            "boolean",
            "tinyint",
            "smallint",
            "int",
            "bigint",
            "float",
            "double",
            "decimal(6,2)",
            "string",
            "date",
            "timestamp",
            "binary",
            "array<int>");
    private static final OnlineSchema SCHEMA = new OnlineSchema(5, COLUMNS, List.of(4, 8), 10, 1_000L);

    private static List<OnlineColumn> columns(String... types) {
        List<OnlineColumn> columns = new ArrayList<>();
        for (String type : types) {
            columns.add(new OnlineColumn("c" + columns.size(), FeatureType.parse(type), null));
        }
        return columns;
    }

    private static @Nullable Object[] values() {
        return new Object[] {
            true,
            -1L,
            300L,
            -70_000L,
            Long.MAX_VALUE,
            1.5f,
            -2.25,
            new BigDecimal("-1234.5"),
            "é€😀",
            20_000L,
            1_700_000_000_123_456L,
            new byte[] {0, -1},
            new byte[] {2, 4}
        };
    }

    private static @Nullable Object[] decoded(RowImage image, OnlineSchema schema) {
        OnlineRow row = new OnlineRow(image, schema, Projection.ALL);
        @Nullable Object[] values = new Object[row.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = row.value(index);
        }
        return values;
    }

    @Test
    void theBytesOfARowAreTheseForEver() {
        RowImage image = RowCodec.encode(SCHEMA, values(), POSITION);
        assertThat(HexFormat.of().formatHex(image.bytes()))
                .isEqualTo(
                        "01000003000d0000" // format, flags, partition, columns, zero
                                + "00060a2418202240" // event time
                                + "000000000000004d" // offset
                                + "ffffffffffffffff" // horizon
                                + "0000018bcfe56c63" // expiry
                                + "0000" // nulls
                                + "00010002000400080010001400" + "1c001f0028002c003400360038" // ends
                                + "01" + "ff" + "012c" + "fffeee90" + "7fffffffffffffff" + "3fc00000"
                                + "c002000000000000"
                                + "fe1dc6" + "c3a9e282acf09f9880" + "00004e20" + "00060a2418202240" + "00ff" + "0204");
    }

    @Test
    void theBytesOfATombstoneAreTheseForEver() {
        assertThat(HexFormat.of().formatHex(RowCodec.tombstone(POSITION).bytes()))
                .isEqualTo("0101000300000000" + "8000000000000000" + "000000000000004d" + "000000000000004d"
                        + "7fffffffffffffff");
    }

    @Test
    void everyTypeSurvives() {
        @Nullable Object[] expected = values();
        expected[7] = new BigDecimal("-1234.50");
        RowImage image = RowCodec.encode(SCHEMA, values(), POSITION);
        assertThat(decoded(image, SCHEMA)).isEqualTo(expected);
        assertThat(image.logPartition()).isEqualTo(3);
        assertThat(image.logOffset()).isEqualTo(77);
        assertThat(image.horizon()).isEqualTo(RowImage.NO_HORIZON);
        assertThat(image.eventTimeMicros()).isEqualTo(1_700_000_000_123_456L);
        assertThat(image.expiresAtMillis()).isEqualTo(1_700_000_000_123L + 1_000);
        assertThat(image.tombstone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nullsAtAnyPlacesSurvive(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            @Nullable Object[] values = values();
            values[7] = new BigDecimal("0.01");
            for (int index = 0; index < values.length; index++) {
                if (random.nextBoolean()) {
                    values[index] = null;
                }
            }
            assertThat(decoded(RowCodec.encode(SCHEMA, values, POSITION), SCHEMA))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(values);
        }
    }

    @Test
    void theExtremesOfEachTypeSurvive() {
        OnlineSchema schema = new OnlineSchema(
                1,
                columns("tinyint", "smallint", "int", "date", "double", "float", "string", "decimal(76,0)"),
                List.of(0),
                null,
                null);
        Object[] low = {
            (long) Byte.MIN_VALUE,
            (long) Short.MIN_VALUE,
            (long) Integer.MIN_VALUE,
            (long) Integer.MIN_VALUE,
            Double.NaN,
            Float.NEGATIVE_INFINITY,
            "",
            new BigDecimal("-" + "9".repeat(76))
        };
        Object[] high = {
            (long) Byte.MAX_VALUE,
            (long) Short.MAX_VALUE,
            (long) Integer.MAX_VALUE,
            (long) Integer.MAX_VALUE,
            -0.0,
            Float.MIN_VALUE,
            "\0",
            new BigDecimal("9".repeat(76))
        };
        assertThat(decoded(RowCodec.encode(schema, low, POSITION), schema)).isEqualTo(low);
        assertThat(decoded(RowCodec.encode(schema, high, POSITION), schema)).isEqualTo(high);
    }

    @Test
    void valuesOutsideTheirTypeAreRefused() {
        assertRefused(1, 128L, "c1: 128 (expected: -128 to 127)");
        assertRefused(2, -32_769L, "c2: -32769 (expected: -32768 to 32767)");
        assertRefused(3, 1L << 31, "c3: 2147483648 (expected: -2147483648 to 2147483647)");
        assertRefused(7, new BigDecimal("1.234"), "c7: 1.234 (expected: decimal(6,2))");
        assertRefused(7, new BigDecimal("12345"), "c7: 12345 (expected: decimal(6,2))");
        assertRefused(8, "x".repeat(65_500), "row of more than 65535 bytes, reached in column");
        OnlineSchema seconds = new OnlineSchema(1, columns("bigint"), List.of(0), 0, null);
        assertThatThrownBy(() -> RowCodec.encode(seconds, new Object[] {Long.MAX_VALUE}, POSITION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c0: 9223372036854775807 (expected: an event time");
        assertThatThrownBy(() -> RowCodec.encode(SCHEMA, new Object[2], POSITION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row of 2 values (expected: 13)");
        assertThatThrownBy(() -> new LogPosition(65_536, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition 65536");
    }

    private static void assertRefused(int ordinal, Object value, String message) {
        @Nullable Object[] values = values();
        values[ordinal] = value;
        assertThatThrownBy(() -> RowCodec.encode(SCHEMA, values, POSITION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anOlderRowHasTheDefaultsOfAddedColumns() {
        OnlineSchema old = new OnlineSchema(1, columns("int", "string"), List.of(0), null, null);
        List<OnlineColumn> wider = new ArrayList<>(old.columns());
        wider.add(new OnlineColumn("added", FeatureType.Simple.DOUBLE, 0.5));
        OnlineSchema now = new OnlineSchema(1, wider, List.of(0), null, null);
        RowImage image = RowCodec.encode(old, new Object[] {1L, null}, POSITION);
        assertThat(decoded(image, now)).isEqualTo(new Object[] {1L, null, 0.5});
        OnlineRow some = new OnlineRow(image, now, Projection.of(List.of(2, 0)));
        assertThat(some.size()).isEqualTo(2);
        assertThat(some.value(0)).isEqualTo(0.5);
        assertThat(some.value(1)).isEqualTo(1L);
    }

    @Test
    void bytesThatAreNoRowAreRefused() {
        assertThatThrownBy(() -> RowImage.of(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row image of 0 bytes, format none (expected: format 1)");
        assertThatThrownBy(() -> RowImage.of(new byte[40]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row image of 40 bytes, format 0 (expected: format 1)");
    }

    @Test
    void eventTimesAreReadByTheRuleOfTheClient() {
        assertThat(EventTime.micros(ColumnType.BIGINT, 1_700_000_000)).isEqualTo(1_700_000_000_000_000L);
        assertThat(EventTime.micros(ColumnType.BIGINT, 1_700_000_000_123L)).isEqualTo(1_700_000_000_123_000L);
        assertThat(EventTime.micros(ColumnType.DATE, -1)).isEqualTo(-86_400_000_000L);
        assertThat(EventTime.micros(ColumnType.TIMESTAMP, 5)).isEqualTo(5);
        assertThat(EventTime.usable(ColumnType.STRING)).isFalse();
    }

    @Test
    void theBytesOfAKeyAreTheseForEver() {
        assertThat(hex(KeyCodec.encode(SCHEMA, new Object[] {-2L, "é"}))).isEqualTo("fffffffffffffffe" + "0002c3a9");
        OnlineSchema other = new OnlineSchema(
                1, columns("boolean", "decimal(6,2)", "date", "binary"), List.of(3, 2, 1, 0), null, null);
        Object[] values = {new byte[] {7}, 3L, new BigDecimal("1"), true};
        assertThat(hex(KeyCodec.encode(other, values))).isEqualTo("000107" + "0000000000000003" + "000164" + "01");
    }

    private static String hex(OnlineKey key) {
        return HexFormat.of().formatHex(key.bytes());
    }

    @Test
    void equalKeysGiveEqualBytesAndDifferentKeysDifferentOnes() {
        OnlineSchema decimals = new OnlineSchema(1, columns("decimal(6,2)"), List.of(0), null, null);
        assertThat(KeyCodec.encode(decimals, new Object[] {new BigDecimal("1.50")}))
                .isEqualTo(KeyCodec.encode(decimals, new Object[] {new BigDecimal("1.5")}))
                .hasSameHashCodeAs(KeyCodec.encode(decimals, new Object[] {new BigDecimal("1.5")}));
        OnlineSchema strings = new OnlineSchema(1, columns("string", "string"), List.of(0, 1), null, null);
        assertThat(KeyCodec.encode(strings, new Object[] {"ab", "c"}))
                .isNotEqualTo(KeyCodec.encode(strings, new Object[] {"a", "bc"}));
        assertThat(new OnlineKey(1, new byte[] {1})).isNotEqualTo(new OnlineKey(2, new byte[] {1}));
    }

    @Test
    void keysThatCannotBeAreRefused() {
        assertKeyRefused(new Object[] {1L}, "primary key of 1 values (expected: 2)");
        assertKeyRefused(new Object[] {1L, null}, "primary key 'c8': null (expected: a string)");
        assertKeyRefused(new Object[] {1L, "\uD800"}, "half of a surrogate pair");
        assertKeyRefused(
                new Object[] {1L, "x".repeat(4_093)}, "primary key 'c8' of 4093 bytes (expected: at most 4092)");
        assertKeyRefused(new Object[] {1L, "x".repeat(4_083)}, "primary key of 4093 bytes (expected: at most 4092)");
        OnlineSchema narrow = new OnlineSchema(1, columns("tinyint"), List.of(0), null, null);
        assertThatThrownBy(() -> KeyCodec.encode(narrow, new Object[] {128L}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("c0: 128 (expected: -128 to 127)");
    }

    private static void assertKeyRefused(@Nullable Object[] values, String message) {
        assertThatThrownBy(() -> KeyCodec.encode(SCHEMA, values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void numbersInARowHashToDifferentValues() {
        OnlineSchema one = new OnlineSchema(1, columns("bigint"), List.of(0), null, null);
        Set<Integer> hashes = new HashSet<>();
        for (long id = 0; id < 100_000; id++) {
            hashes.add(KeyCodec.encode(one, new Object[] {id}).hashCode());
        }
        assertThat(hashes).hasSizeGreaterThan(99_000);
    }

    @Test
    void aClearingHidesWhatLiesBeforeItsMarks() {
        Clearing clearing = Clearing.NONE.with(new LogPosition(3, 78)).with(new LogPosition(3, 5));
        assertThat(clearing.hides(RowCodec.encode(SCHEMA, values(), POSITION))).isTrue();
        assertThat(clearing.hides(RowCodec.encode(SCHEMA, values(), new LogPosition(3, 78))))
                .isFalse();
        assertThat(clearing.hides(RowCodec.encode(SCHEMA, values(), new LogPosition(2, 0))))
                .isFalse();
        assertThat(Clearing.of(clearing.toBytes())).isEqualTo(clearing);
        assertThat(Arrays.equals(Clearing.NONE.toBytes(), Clearing.DROPPED.toBytes()))
                .isFalse();
    }
}
