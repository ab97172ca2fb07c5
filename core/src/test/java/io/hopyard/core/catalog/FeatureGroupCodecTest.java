package io.hopyard.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeatureGroupCodecTest {
    /** Rows that were once stored must stay readable: never change this text, only add others. */
    private static final String GOLDEN =
            "01020a04c8010706414354495645090274780a020d0a776861742069742069730f1e010302696405"
                    + "06626967696e7409075052494d4152590b06626967696e740f1b0103027473050974696d65737461"
                    + "6d700b0974696d657374616d700f230103046b696e640506737472696e670b0c7661726368617228"
                    + "313030290d046e6f6e65110274731202191101030a484953544f4752414d53050269641b046e6577"
                    + "731c021f127b227461626c655370616365223a2261227d2121010212050166060209096f6e5f6465"
                    + "6d616e640b0c7b226e616d65223a2266227d22c8012206249a012604280828002b1b01020e05086d"
                    + "6562313030303007056140622e630880a0d5edee6614a0381602";

    private static FeatureGroup full() {
        Definition plain = new GroupBuilder(5, "tx")
                .key("id", "bigint")
                .feature("ts", "timestamp")
                .featureWithDefault("kind", "string", "none")
                .eventTime("ts")
                .ttlSeconds(3_600)
                .definition();
        Definition definition = Definitions.checked(new Definition(
                plain.name(),
                plain.version(),
                "what it is",
                plain.features(),
                plain.eventTime(),
                true,
                plain.ttl(),
                new StatisticsConfig(Set.of(StatisticsConfig.Option.HISTOGRAMS), List.of("id")),
                "news",
                true,
                "{\"tableSpace\":\"a\"}",
                List.of(new TransformationFunction(9, "f", 1, "on_demand", "{\"name\":\"f\"}")),
                List.of(new GroupReference(100, 3))));
        return new FeatureGroup(
                5, 100, FeatureGroup.State.ACTIVE, definition, 77, 2, List.of(4L, 0L), GroupBuilder.CREATION);
    }

    @Test
    void everythingComesBack() {
        assertThat(FeatureGroupCodec.decode(FeatureGroupCodec.encode(full()))).isEqualTo(full());
    }

    @Test
    void smallestGroupComesBack() {
        FeatureGroup group =
                new GroupBuilder(1, "g").feature("a", "int").offline().build();

        assertThat(FeatureGroupCodec.decode(FeatureGroupCodec.encode(group))).isEqualTo(group);
    }

    @Test
    void storedRowIsStillRead() {
        assertThat(HexFormat.of().formatHex(FeatureGroupCodec.encode(full()))).isEqualTo(GOLDEN);
        assertThat(FeatureGroupCodec.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(full());
    }

    @Test
    void newerFormatIsRefused() {
        byte[] bytes = FeatureGroupCodec.encode(full());
        bytes[0] = 9;

        assertThatThrownBy(() -> FeatureGroupCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format version of a stored record: 9 (expected: 1 to 1)");
    }

    @Test
    void subjectsAndExecutionsComeBack() {
        Subjects.Subject subject = new Subjects.Subject(7, 100, 5, "tx_1", 2, "{}");
        assertThat(Subjects.decode(Subjects.encode(subject))).isEqualTo(subject);
        Executions.Execution execution = new Executions.Execution(3, 1_000, "meb", "-op x");
        assertThat(Executions.decode(Executions.encode(execution))).isEqualTo(execution);
        Statistics.Entry entry = new Statistics.Entry(1, "0.5", true, null, 9L, "{}");
        assertThat(Statistics.decode(Statistics.encode(entry))).isEqualTo(entry);
        TransformationFunction function = new TransformationFunction(9, "f", 1, "on_demand", "{}");
        assertThat(TransformationFunction.of(function.toBytes())).isEqualTo(function);
    }
}
