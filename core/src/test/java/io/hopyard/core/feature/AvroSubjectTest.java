package io.hopyard.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.AvroSubject.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSubjectTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boolean | 'boolean'",
                "tinyint | 'int'",
                "smallint | 'int'",
                "int | 'int'",
                "bigint | 'long'",
                "float | 'float'",
                "double | 'double'",
                "string | 'string'",
                "binary | 'bytes'",
                "date | {'type':'int','logicalType':'date'}",
                "timestamp | {'type':'long','logicalType':'timestamp-micros'}",
                "decimal(10,2) | {'type':'bytes','logicalType':'decimal','precision':10,'scale':2}",
                "array<int> | {'type':'array','items':['null','int']}",
                "map<string,double> | {'type':'map','values':['null','double']}",
                "struct<a:int,b:array<string>> | {'type':'record','name':'r1','fields':[{'name':'a','type':['null','int']},"
                        + "{'name':'b','type':['null',{'type':'array','items':['null','string']}]}]}"
            },
            quoteCharacter = '`')
    void everyTypeIsAUnionWithNull(String type, String avro) {
        String text = AvroSubject.text("s_featurestore", "g", 1, List.of(new Field("f", FeatureType.parse(type))));

        assertThat(text)
                .isEqualTo(("{'type':'record','name':'g_1','namespace':'s_featurestore','fields':[{'name':'f','type':"
                                + "['null'," + avro + "]}]}")
                        .replace('\'', '"'));
    }

    @Test
    void recordsOfStructsHaveDifferentNames() {
        FeatureType nested = FeatureType.parse("struct<a:struct<x:int>,b:struct<x:int>>");

        String text = AvroSubject.text("s", "g", 2, List.of(new Field("f", nested), new Field("h", nested)));

        assertThat(text).contains("\"r1\"", "\"r2\"", "\"r3\"", "\"r4\"", "\"r5\"", "\"r6\"");
        assertThat(text.split("\"r1\"", -1)).hasSize(2);
    }

    @Test
    void namespaceOfAStoreThatBeginsWithADigitIsMadeLegal() {
        assertThat(AvroSubject.text("24h_featurestore", "g", 1, List.of()))
                .contains("\"namespace\":\"_24h_featurestore\"");
    }

    @Test
    void namesThatAvroDoesNotKnowAreRefused() {
        assertThatThrownBy(() ->
                        AvroSubject.text("s", "g", 1, List.of(new Field("f", FeatureType.parse("struct<1a:int>")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("struct member: '1a' (expected: ASCII letters, digits and underscores, no digit first)");
        assertThatThrownBy(() -> AvroSubject.text("s", "g", 1, List.of(new Field("größe", FeatureType.Simple.INT))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("feature: 'größe'");
    }
}
