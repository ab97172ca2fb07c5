package io.hopyard.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureTypeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "boolean",
                "tinyint",
                "smallint",
                "int",
                "bigint",
                "float",
                "double",
                "string",
                "date",
                "timestamp",
                "binary",
                "decimal(10,0)",
                "decimal(76,76)",
                "array<double>",
                "map<string,int>",
                "struct<a:int,b_1:array<struct<x:string>>>",
                "array<map<string,decimal(3,1)>>"
            })
    void theTextOfATypeReadsBack(String text) {
        FeatureType type = FeatureType.parse(text);
        assertThat(type.text()).isEqualTo(text);
        assertThat(FeatureType.parse(type.text())).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIGINT|bigint",
                " Array < Double > |array<double>",
                "decimal|decimal(10,0)",
                "DECIMAL( 5 )|decimal(5,0)",
                "integer|int",
                "varchar(100)|string",
                "char|string",
                "struct<Name:INT>|struct<Name:int>"
            })
    void caseBlanksAndOtherNamesAreAccepted(String text, String expected) {
        assertThat(FeatureType.parse(text).text()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "text",
                "array",
                "array<>",
                "array<int",
                "array<int>>",
                "map<int,int>",
                "map<string>",
                "struct<>",
                "struct<a>",
                "struct<a:int,a:int>",
                "decimal(0,0)",
                "decimal(77,0)",
                "decimal(5,6)",
                "decimal(5,",
                "decimal(x)",
                "int int",
                "<",
                "array<int>x"
            })
    void whatIsNoTypeIsRefusedWithTheText(String text) {
        assertThatThrownBy(() -> FeatureType.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected:");
    }

    @Test
    void nestingAndLengthAreBounded() {
        assertThat(FeatureType.parse("array<".repeat(16) + "int" + ">".repeat(16))
                        .complex())
                .isTrue();
        assertThatThrownBy(() -> FeatureType.parse("array<".repeat(17) + "int" + ">".repeat(17)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 16 nested types");
        assertThatThrownBy(() -> FeatureType.parse("x".repeat(9_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type of 9000 characters (expected: at most 8192)");
    }
}
