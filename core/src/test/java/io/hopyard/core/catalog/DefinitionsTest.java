package io.hopyard.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {
    @Test
    void schemaFollowsTheOrderOfFeatures() {
        FeatureGroup group = new GroupBuilder(5, "tx")
                .feature("a", "int")
                .key("k2", "string")
                .feature("ts", "timestamp")
                .key("k1", "bigint")
                .featureWithDefault("d", "decimal(5,2)", "1.5")
                .eventTime("ts")
                .ttlSeconds(60)
                .build();

        OnlineSchema schema = OnlineSchemas.of(group);

        assertThat(schema.table()).isEqualTo(5);
        assertThat(schema.columns()).extracting(OnlineColumn::name).containsExactly("a", "k2", "ts", "k1", "d");
        assertThat(schema.keyOrdinals()).containsExactly(1, 3);
        assertThat(schema.eventTimeOrdinal()).isEqualTo(2);
        assertThat(schema.ttlMillis()).isEqualTo(60_000);
        assertThat(schema.columns().get(4).defaultValue()).isEqualTo(new BigDecimal("1.50"));
    }

    @ParameterizedTest
    @CsvSource({
        "int, 7, 7",
        "bigint, -9223372036854775808, -9223372036854775808",
        "boolean, True, true",
        "string, 'x y', x y",
        "string, '''q''', q",
        "double, 1.5, 1.5",
        "date, 1970-01-02, 1",
        "timestamp, 1970-01-01 00:00:01, 1000000",
        "timestamp, 1970-01-01T00:00:01.5Z, 1500000",
        "timestamp, 1969-12-31 23:59:59.999999, -1"
    })
    void defaultIsReadInTheTypeOfTheFeature(String type, String text, String value) {
        FeatureGroup group = new GroupBuilder(1, "g")
                .key("id", "int")
                .featureWithDefault("x", type, text)
                .build();

        assertThat(OnlineSchemas.of(group).columns().get(1).defaultValue()).hasToString(value);
    }

    @ParameterizedTest
    @CsvSource({
        "int, 3000000000",
        "int, x",
        "tinyint, 200",
        "double, NaN",
        "'decimal(3,1)', 1.23",
        "'decimal(3,1)', 1e1000000000",
        "array<int>, [1]",
        "date, 2026-02-30",
        "boolean, maybe"
    })
    void defaultThatDoesNotFitIsRefused(String type, String text) {
        GroupBuilder group = new GroupBuilder(1, "g").key("id", "int").featureWithDefault("x", type, text);

        assertThatThrownBy(group::build)
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageStartingWith("default value of feature 'x': ");
    }

    @Test
    void onlineTypesAreFilledInOnlyWhereTheyAreLeftOpen() {
        Definition definition = new GroupBuilder(1, "g")
                .key("id", "bigint")
                .feature("s", "string")
                .feature("b", "boolean")
                .feature("v", "array<int>")
                .definition();
        List<Feature> features = new ArrayList<>(definition.features());
        features.set(1, features.get(1).withOnlineType("VARCHAR(500)"));

        assertThat(Definitions.checked(definition.withFeatures(features)).features())
                .extracting(Feature::onlineType)
                .containsExactly("bigint", "varchar(500)", "tinyint", "varbinary(100)");
    }

    @Test
    void appendedFeatureMayNotBeAKey() {
        Definition old = new GroupBuilder(1, "g").key("id", "bigint").build().definition();
        List<Feature> features = new ArrayList<>(old.features());
        features.add(new Feature(
                "k", io.hopyard.core.feature.FeatureType.Simple.INT, null, Set.of(Feature.Mark.PRIMARY), null, null));

        assertThatThrownBy(() -> Definitions.updated(old, old.withFeatures(features)))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("appended feature 'k' is part of the key");
    }

    @Test
    void appendedFeaturesComeLast() {
        Definition old = new GroupBuilder(1, "g")
                .key("id", "bigint")
                .feature("a", "int")
                .build()
                .definition();
        List<Feature> features = new ArrayList<>();
        features.add(new Feature("n", io.hopyard.core.feature.FeatureType.Simple.INT, null, Set.of(), null, "3"));
        features.addAll(old.features());

        assertThat(Definitions.updated(old, old.withFeatures(features)).features())
                .extracting(Feature::name)
                .containsExactly("id", "a", "n");
    }

    @ParameterizedTest
    @CsvSource({"tx_1, tx, 1", "a_b_22, a_b, 22"})
    void tableNameIsGroupAndVersion(String table, String group, int version) {
        assertThat(Executions.TableName.parse(table)).isEqualTo(new Executions.TableName(group, version));
    }

    @ParameterizedTest
    @CsvSource({"tx", "tx_", "_1", "tx_01", "tx_1x", "tx_99999999999", "tx_0"})
    void otherTextIsNoTableName(String table) {
        assertThat(Executions.TableName.parse(table)).isNull();
    }
}
