package io.hopyard.core.database;

import static io.hopyard.core.database.DiskReserve.Writes.REFUSED;
import static io.hopyard.core.database.DiskReserve.Writes.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DiskReserveTest {
    private final DiskReserve reserve = new DiskReserve(100, 125);

    @Test
    void writesAreRefusedBelowTheReserve() {
        assertThat(reserve.decide(TAKEN, 100)).isEqualTo(TAKEN);
        assertThat(reserve.decide(TAKEN, 99)).isEqualTo(REFUSED);
    }

    @Test
    void theyAreTakenAgainOnlyWhenMoreThanTheReserveIsFree() {
        assertThat(reserve.decide(REFUSED, 100)).isEqualTo(REFUSED);
        assertThat(reserve.decide(REFUSED, 124)).isEqualTo(REFUSED);
        assertThat(reserve.decide(REFUSED, 125)).isEqualTo(TAKEN);
    }

    @Test
    void aQuarterMoreThanTheReserveIsTheDefault() {
        assertThat(DiskReserve.of(1_000)).isEqualTo(new DiskReserve(1_000, 1_250));
    }

    @Test
    void boundsInTheWrongOrderAreRefused() {
        assertThatThrownBy(() -> new DiskReserve(100, 99))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("disk reserve: 100 bytes, resumed from 99 (expected: at least 1, and not less)");
        assertThatThrownBy(() -> DiskReserve.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
