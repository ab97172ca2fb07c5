package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.drill.DoorLoad.Broken;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoorLoadTest {
    @Test
    void onlyWhatWasInFlightAtTheBrokerThatDiedIsExcused() {
        List<Watch.Death> deaths = List.of(new Watch.Death("broker-1", 100, 150));
        List<Broken> broken = List.of(
                new Broken("broker-1", 90, 120, "cut off"),
                new Broken("broker-1", 140, 300, "cut off"),
                new Broken("broker-1", 10, 99, "answered 500"),
                new Broken("broker-1", 151, 200, "cut off"),
                new Broken("broker-2", 90, 120, "cut off"));
        assertThat(DoorLoad.notInFlight(broken, deaths))
                .isEqualTo(Map.of("broker-1 answered 500", 1L, "broker-1 cut off", 1L, "broker-2 cut off", 1L));
    }
}
