package io.hopyard.wire.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.wire.http.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorJsonTest {
    private static String written(Consumer<VectorJson> values) {
        VectorJson json = new VectorJson(1);
        values.accept(json);
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, -1, -10, 99, 100, 1_000_000_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE})
    void wholeNumbersAreExact(long value) {
        assertThat(written(json -> json.integer(value))).isEqualTo(Long.toString(value));
    }

    @ParameterizedTest
    @CsvSource({
        "0,1970-01-01 00:00:00",
        "1,1970-01-01 00:00:00.000001",
        "-1,1969-12-31 23:59:59.999999",
        "1767225600000000,2026-01-01 00:00:00",
        "1709251199123000,2024-02-29 23:59:59.123000",
        "253402300799999999,9999-12-31 23:59:59.999999",
        "-62135596800000000,0001-01-01 00:00:00"
    })
    void timestampsHaveABlankAndNoZone(long micros, String text) {
        assertThat(written(json -> json.timestamp(micros))).isEqualTo("\"" + text + "\"");
    }

    @Test
    void bufferGrowsAtEveryByte() {
        for (int size = 1; size < 70; size++) {
            VectorJson json = new VectorJson(size);
            StringBuilder expected = new StringBuilder();
            for (int value = 0; value < 100; value++) {
                json.raw(',');
                json.integer(value);
                json.string("\"\u00e4");
                expected.append(',').append(value).append("\"\\\"\u00e4\"");
            }
            assertThat(new String(json.toBytes(), StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        }
    }

    @Test
    void everyCharacterOfAStringComesBack() {
        StringBuilder all = new StringBuilder();
        for (char unit = 0; unit < 0xD800; unit++) {
            all.append(unit);
        }
        all.append("\ud83d\ude00");

        String json = written(out -> out.string(all.toString()));

        assertThat(Json.parse(json.getBytes(StandardCharsets.UTF_8)).textValue())
                .isEqualTo(all.toString());
    }

    @Test
    void numbersThatJsonDoesNotKnowAreNull() {
        assertThat(written(json -> {
                    json.float64(Double.NaN);
                    json.raw(',');
                    json.float64(Double.NEGATIVE_INFINITY);
                    json.raw(',');
                    json.float32(Float.NaN);
                    json.raw(',');
                    json.float64(-0.0);
                    json.raw(',');
                    json.float32(3.4028235E38f);
                    json.raw(',');
                    json.decimal(new BigDecimal("1E+3"));
                }))
                .isEqualTo("null,null,null,-0.0,3.4028235E38,1000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "array<double> | 02 04 02 000000000000f03f 00 00 | [1.0,null]",
                "map<string,array<date>> | 02 02 02 61 02 02 02 00 00 00 | {\"a\":[\"1970-01-01\"]}",
                "struct<t:timestamp,b:binary,d:decimal(5,2)> | 02 02 00 02 02 ff 02 02 7b "
                        + "| {\"t\":\"1970-01-01 00:00:00\",\"b\":\"/w==\",\"d\":1.23}",
                "struct<f:float,l:bigint,ok:boolean,s:string> | 02 02 0000c07f 00 02 01 02 02 22 "
                        + "| {\"f\":null,\"l\":null,\"ok\":true,\"s\":\"\\\"\"}",
                "array<int> | 00 | null"
            })
    void complexFeaturesAreDecodedToJson(String type, String bytes, String expected) {
        byte[] avro = HexFormat.of().parseHex(bytes.replace(" ", ""));

        assertThat(written(json -> json.complex(FeatureType.parse(type), avro, 0, avro.length)))
                .isEqualTo(expected);
    }
}
