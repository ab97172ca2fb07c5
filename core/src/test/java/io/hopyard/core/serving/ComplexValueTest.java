package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.FeatureType;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComplexValueTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void listOfDoublesIsReadAsTheClientWritesIt() {
        byte[] bytes = hex("02 04 02 000000000000f03f 02 0000000000000040 00");

        assertThat(ComplexValue.decode(bytes, FeatureType.parse("array<double>")))
                .isEqualTo(List.of(1.0, 2.0));
    }

    @Test
    void singleZeroIsNull() {
        assertThat(ComplexValue.decode(hex("00"), FeatureType.parse("array<double>")))
                .isNull();
        assertThat(ComplexValue.isNull(hex("00"))).isTrue();
        assertThat(ComplexValue.isNull(hex("0200"))).isFalse();
    }

    @Test
    void mapsAndStructsKeepTheirOrder() {
        Object map = ComplexValue.decode(hex("02 04 02 62 02 02 02 61 00 00"), FeatureType.parse("map<string,int>"));
        Object struct =
                ComplexValue.decode(hex("02 02 04 c3a4 02 01"), FeatureType.parse("struct<z:string,a:boolean>"));

        assertThat(map)
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("b", 1L)
                .containsEntry("a", null);
        assertThat(String.valueOf(struct)).isEqualTo("{z=ä, a=true}");
    }

    @Test
    void blocksWithTheirSizeAreRead() {
        assertThat(ComplexValue.decode(hex("02 03 08 02 02 02 04 00"), FeatureType.parse("array<int>")))
                .isEqualTo(List.of(1L, 2L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | array<int> | the end of the bytes",
                "02 | array<int> | the end of the bytes",
                "0200ff | array<int> | 1 bytes left over",
                "04 | array<int> | number 2 (expected: 0 to 1)",
                "02 fe01 00 | array<int> | a block of 127 elements where 1 bytes are left",
                "02 02 02 8002 00 | array<tinyint> | number 128",
                "02 02 02 08 61 | array<string> | a length of 4 where 1 bytes are left",
                "02 02 02 02 ff 00 | array<string> | text that is no UTF-8",
                "02 02 02 02 | array<boolean> | boolean 2",
                "02 02 02 00 00 | array<decimal(4,2)> | a decimal without bytes",
                "ffffffffffffffffffffff | array<int> | a number of more than 10 bytes"
            })
    void brokenBytesAreRefusedWithTheirPlace(String bytes, String type, String message) {
        assertThatThrownBy(() -> ComplexValue.decode(hex(bytes), FeatureType.parse(type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Avro value of ")
                .hasMessageContaining(message);
        assertThatThrownBy(() -> ComplexValue.check(hex(bytes), FeatureType.parse(type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
