package io.hopyard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void quantileIsTheNearestRank() {
        Sample hundred = Sample.micros(
                LongStream.rangeClosed(1, 100).map(value -> value * 1_000).toArray());

        assertThat(hundred.median()).isEqualTo(50);
        assertThat(hundred.quantile(0.99)).isEqualTo(99);
        assertThat(hundred.quantile(0.991)).isEqualTo(100);
        assertThat(hundred.min()).isEqualTo(1);
        assertThat(hundred.max()).isEqualTo(100);
    }

    @Test
    void orderOfTheValuesDoesNotMatter() {
        assertThat(Sample.of(3, 1, 2).median()).isEqualTo(2);
    }

    @Test
    void nothingHasNoQuantile() {
        assertThat(Sample.of().median()).isNaN();
    }
}
