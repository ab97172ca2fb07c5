package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnValueTest {
    private static @Nullable Object parse(String type, Object value) {
        return ColumnValue.parse(new OnlineColumn("c", FeatureType.parse(type), null), value);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "tinyint,127,127",
                "tinyint,128,none",
                "tinyint,-128,-128",
                "smallint,32768,none",
                "int,2147483647,2147483647",
                "int,2147483648,none",
                "bigint,-9223372036854775808,-9223372036854775808",
                "bigint,9223372036854775808,none",
                "bigint,5.0,5",
                "bigint,5e2,500",
                "bigint,5.5,none",
                "bigint,'',none",
                "bigint,' 5',none",
                "bigint,0x10,none",
                "bigint,1e999999999,none",
                "bigint,1e-999999999,none",
                "boolean,true,true",
                "boolean,FALSE,false",
                "boolean,1,true",
                "boolean,2,none",
                "double,1.5,1.5",
                "double,x,none",
                "float,1.5,1.5",
                "'decimal(4,2)',1.5,1.50",
                "'decimal(4,2)',1.500,1.50",
                "'decimal(4,2)',1.505,none",
                "'decimal(4,2)',100,none",
                "'decimal(4,2)',0e900,0.00",
                "'decimal(4,2)',1e999999999,none",
                "string,5,5",
                "date,2024-02-29,19782",
                "date,2023-02-29,none",
                "date,2026-01-01 00:00:00,20454",
                "date,2026-01-01 00:00:01,none",
                "date,01.01.2026,none",
                "timestamp,2026-01-01 00:00:00,1767225600000000",
                "timestamp,2026-01-01T00:00:00Z,1767225600000000",
                "timestamp,2026-01-01 00:00:00.5,1767225600500000",
                "timestamp,2026-01-01 00:00:00.1234567,1767225600123456",
                "timestamp,2026-01-01,1767225600000000",
                "timestamp,2026-01-01 24:00:00,none",
                "timestamp,2026-01-01 00:00:00.,none",
                "timestamp,2026-01-01 00:00:00x,none",
                "timestamp,2026,none",
                "array<int>,5,none"
            })
    void textsAreReadByTheTypeOfTheColumn(String type, String text, @Nullable String expected) {
        Object value = parse(type, text);

        assertThat(value == null ? null : value.toString()).isEqualTo(expected);
    }

    @Test
    void numbersAndFlagsAreReadByTheTypeOfTheColumn() {
        assertThat(parse("bigint", 5L)).isEqualTo(5L);
        assertThat(parse("bigint", new BigDecimal("5.00"))).isEqualTo(5L);
        assertThat(parse("bigint", 5.0)).isEqualTo(5L);
        assertThat(parse("bigint", Double.NaN)).isNull();
        assertThat(parse("bigint", true)).isNull();
        assertThat(parse("boolean", 1L)).isEqualTo(true);
        assertThat(parse("string", new BigDecimal("1.10"))).isEqualTo("1.10");
        assertThat(parse("string", false)).isNull();
        assertThat(parse("timestamp", 1_000L)).isEqualTo(1_000_000L);
        assertThat(parse("timestamp", Long.MAX_VALUE)).isNull();
        assertThat(parse("date", 5L)).isNull();
        assertThat(parse("binary", "AP8=")).isEqualTo(new byte[] {0, -1});
        assertThat(parse("binary", "no base64!")).isNull();
    }
}
