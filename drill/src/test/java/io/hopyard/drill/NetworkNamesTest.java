package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NetworkNamesTest {
    @Test
    void ownerOfANamespaceIsInItsName() {
        assertThat(NetworkNames.owner(NetworkNames.space(4711, "data-1"))).isEqualTo(4711);
        assertThat(NetworkNames.owner("hopyard-drill-4711")).isZero();
        assertThat(NetworkNames.owner("hopyard-drill-x-data-1")).isZero();
        assertThat(NetworkNames.owner("somebody-elses-4711-data-1")).isZero();
    }

    @Test
    void drillsOfDifferentProcessesHaveDifferentAddresses() {
        assertThat(NetworkNames.freeBlock(1, "")).isEqualTo("198.18.1");
        assertThat(NetworkNames.freeBlock(256, "")).isEqualTo("198.19.0");
        assertThat(NetworkNames.freeBlock(512, "")).isEqualTo("198.18.0");
        assertThat(NetworkNames.freeBlock(4_194_303, "")).isEqualTo("198.19.255");
    }

    @Test
    void takenBlockIsPassedOver() {
        String taken =
                "4: hy1    inet 198.18.1.1/24 scope global hy1\n5: eth0    inet 198.18.2.77/24 scope global eth0";
        assertThat(NetworkNames.freeBlock(1, taken)).isEqualTo("198.18.3");
        assertThat(NetworkNames.freeBlock(11, taken)).isEqualTo("198.18.11");
    }

    @Test
    void noFreeBlockIsSaidPlainly() {
        StringBuilder taken = new StringBuilder();
        for (int block = 0; block < 512; block++) {
            taken.append(" 198.")
                    .append(18 + block / 256)
                    .append('.')
                    .append(block % 256)
                    .append(".1/24");
        }
        assertThatThrownBy(() -> NetworkNames.freeBlock(1, taken.toString()))
                .isInstanceOf(Ground.NotHereException.class)
                .hasMessageContaining("198.18.0.0/15");
    }
}
