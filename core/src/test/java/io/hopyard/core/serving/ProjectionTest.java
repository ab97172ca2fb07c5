package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.RowCodec.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectionTest {
    private static OnlineSchema schema(int columns) {
        List<OnlineColumn> all = IntStream.range(0, columns)
                .mapToObj(ordinal -> new OnlineColumn("c" + ordinal, FeatureType.Simple.STRING, "default" + ordinal))
                .toList();
        return new OnlineSchema(1, all, List.of(0), null, null);
    }

    private static RowImage image(int columns, @Nullable Object... values) {
        return RowCodec.encode(schema(columns), values, new LogPosition(3, 77)).withHorizon(5);
    }

    private static List<@Nullable Object> seen(RowImage image, OnlineSchema schema, Projection projection) {
        OnlineRow row = new OnlineRow(image, schema, projection);
        List<@Nullable Object> values = new ArrayList<>();
        for (int index = 0; index < row.size(); index++) {
            values.add(row.value(index));
        }
        return values;
    }

    @Test
    void allColumnsAreTheImageItself() {
        RowImage image = image(2, "a", "b");
        assertThat(Projection.ALL.narrow(image)).isSameAs(image);
        assertThat(Projection.of(List.of(1, 0)).narrow(image)).isSameAs(image);
        assertThat(Projection.of(List.of(0, 1, 2)).narrow(image))
                .as("of an older schema")
                .isSameAs(image);
    }

    @Test
    void aNarrowImageHasTheHeaderAndNoBytesOfOtherColumns() {
        RowImage image = image(3, "key", "secret", "wanted");
        RowImage narrow = Projection.of(List.of(2)).narrow(image);
        assertThat(new String(narrow.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("wanted")
                .doesNotContain("secret")
                .doesNotContain("key");
        assertThat(narrow.logOffset()).isEqualTo(77);
        assertThat(narrow.horizon()).isEqualTo(5);
        assertThat(narrow.isNull(1)).isTrue();
        assertThat(Projection.of(List.of(0)).narrow(image).columns())
                .as("nothing is kept behind the last wanted column")
                .isEqualTo(1);
        assertThat(Projection.of(List.of()).narrow(image).bytes()).hasSize(RowImage.HEADER_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aReaderSeesTheSameInTheNarrowImage(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int stored = 1 + random.nextInt(20);
            int columns = stored + random.nextInt(5);
            @Nullable Object[] values = new Object[stored];
            for (int ordinal = 0; ordinal < stored; ordinal++) {
                values[ordinal] = random.nextInt(4) == 0 ? null : "v".repeat(random.nextInt(6));
            }
            List<Integer> wanted =
                    random.ints(random.nextInt(8), 0, columns).boxed().toList();
            Projection projection = Projection.of(wanted);
            RowImage image = image(stored, values);
            assertThat(seen(projection.narrow(image), schema(columns), projection))
                    .as("seed %d round %d columns %s of %s", seed, round, wanted, List.of(stored, columns))
                    .isEqualTo(seen(image, schema(columns), projection));
            assertThat(projection.ordinals()).isEqualTo(wanted);
        }
    }
}
