package io.hopyard.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void gridIsReadInItsOrder() {
        assertThat(Arguments.of("--rows", "1,100,10").numbers("rows")).containsExactly(1, 100, 10);
    }

    @Test
    void badNumberIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("--rows", "1,,10").numbers("rows"))
                .withMessage("--rows: '' (expected: a whole number of at least 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("--rate", "0").number("rate"))
                .withMessage("--rate: '0' (expected: a whole number of at least 1)");
    }

    @Test
    void nameWithoutValueIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("--rows", "1", "--rounds"))
                .withMessage("argument: '--rounds' (expected: --name and a value)");
    }

    @Test
    void absentArgumentIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of().text("peer"))
                .withMessage("--peer: none (expected: a value)");
    }
}
