package io.hopyard.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.FeatureStoreException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.700Z");
    private static final Instant LONG_AGO = NOON.minus(Duration.ofDays(7_300));

    @Test
    void countsForWhatWasIssuedUpToThenOnly() {
        Revocations revoked = Revocations.NONE.with("d1", NOON, LONG_AGO);

        assertThat(revoked.revokes("d1", NOON.minusSeconds(60))).isTrue();
        assertThat(revoked.revokes("d1", Instant.parse("2026-03-01T12:00:00Z"))).isTrue();
        assertThat(revoked.revokes("d1", Instant.parse("2026-03-01T12:00:01Z"))).isFalse();
        assertThat(revoked.revokes("d2", NOON.minusSeconds(60))).isFalse();
        assertThat(revoked.with("d1", NOON.minusSeconds(60), LONG_AGO)).isEqualTo(revoked);
        assertThat(Revocations.decode(revoked.encode())).isEqualTo(revoked);
    }

    @Test
    void isBounded() {
        Revocations full = Revocations.NONE;
        for (int node = 0; node < Revocations.NODES_MAX; node++) {
            full = full.with("d" + node, NOON, LONG_AGO);
        }
        Revocations most = full;
        assertThat(most.encode().length).isLessThan(1 << 19);
        assertThatThrownBy(() -> most.with("one-more", NOON, LONG_AGO))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("revoked nodes: 8193 (expected: at most 8192");
        assertThat(most.with("one-more", NOON.plusSeconds(2), NOON.plusSeconds(1))
                        .upTo())
                .containsOnlyKeys("one-more");
    }
}
