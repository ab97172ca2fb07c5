package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.RowCodec.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowRetentionTest {
    private static final long TTL = 50;
    private static final long TRACES = 1_000;
    private static final RowRetention RETENTION = new RowRetention(Duration.ofMillis(TRACES));
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            1,
            List.of(
                    new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null)),
            List.of(0),
            1,
            TTL);

    private static RowImage row(long atMillis, long offset) {
        return RowCodec.encode(SCHEMA, new Object[] {1L, atMillis * 1_000}, new LogPosition(0, offset));
    }

    private static RowImage deletedAt(long nowMillis, long offset) {
        return Objects.requireNonNull(RowMerge.decide(null, RowCodec.tombstone(new LogPosition(0, offset)), nowMillis)
                .store());
    }

    private static boolean useless(RowImage row, long nowMillis) {
        return RETENTION.useless(row, Clearing.NONE, nowMillis);
    }

    @Test
    void aRowGoesWhenItExpires() {
        assertThat(useless(row(100, 1), 100 + TTL - 1)).isFalse();
        assertThat(useless(row(100, 1), 100 + TTL)).isTrue();
    }

    @Test
    void aTombstoneGoesWhenTheRetentionHasPassedSinceItWasStored() {
        assertThat(useless(deletedAt(500, 1), 500 + TRACES - 1)).isFalse();
        assertThat(useless(deletedAt(500, 1), 500 + TRACES)).isTrue();
    }

    @Test
    void anExpiredRowThatRemembersADeleteStaysAsLongAsATombstone() {
        RowImage row = row(100, 2).withHorizon(1);
        assertThat(useless(row, 100 + TTL)).isFalse();
        assertThat(useless(row, 100 + TTL + TRACES - 1)).isFalse();
        assertThat(useless(row, 100 + TTL + TRACES)).isTrue();
    }

    @Test
    void clearedRowsAndTracesGoAtOnce() {
        Clearing clearing = Clearing.NONE.with(new LogPosition(0, 5));
        assertThat(RETENTION.useless(row(100, 4), clearing, 0)).isTrue();
        assertThat(RETENTION.useless(row(100, 5), clearing, 0)).isFalse();
        assertThat(RETENTION.useless(deletedAt(0, 4), clearing, 0)).isTrue();
        assertThat(RETENTION.useless(row(100, 9), Clearing.DROPPED, 0)).isTrue();
    }

    @Test
    void aRetentionThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> new RowRetention(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retention of deletes: PT0S (expected: above zero)");
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /** One key whose row is removed whenever it may be, beside one that keeps everything, through replays of the log. */
    @ParameterizedTest
    @MethodSource("seeds")
    void nobodySeesWhetherUselessRowsAreRemovedEvenWhenTheLogIsReplayed(long seed) {
        Random random = new Random(seed);
        List<RowImage> log = new ArrayList<>();
        List<Long> appended = new ArrayList<>();
        RowImage kept = null;
        RowImage purged = null;
        long now = 1_000;
        for (int step = 0; step < 200; step++) {
            now += random.nextInt(30) == 0 ? random.nextLong(2 * TRACES) : random.nextLong(TTL / 2);
            long offset = log.size();
            log.add(
                    random.nextInt(4) == 0
                            ? RowCodec.tombstone(new LogPosition(0, offset))
                            : row(now - random.nextLong(TTL), offset));
            appended.add(now);
            int from = random.nextInt(5) == 0 ? replayFrom(appended, now, random) : (int) offset;
            for (RowImage logged : log.subList(from, log.size())) {
                kept = merged(kept, logged, now);
                purged = merged(purged, logged, now);
                assertThat(visible(purged, now))
                        .as("seed %d step %d offset %d", seed, step, logged.logOffset())
                        .isEqualTo(visible(kept, now));
                if (purged != null && random.nextBoolean() && useless(purged, now)) {
                    purged = null;
                }
            }
        }
    }

    /** The place of a row that is younger than the retention. */
    private static int replayFrom(List<Long> appended, long now, Random random) {
        int from = appended.size() - 1;
        while (from > 0 && appended.get(from - 1) > now - TRACES && random.nextInt(20) > 0) {
            from--;
        }
        return from;
    }

    private static @Nullable RowImage merged(@Nullable RowImage current, RowImage logged, long now) {
        RowImage changed = RowMerge.decide(current, logged, now).store();
        return changed == null ? current : changed;
    }

    private static @Nullable Long visible(@Nullable RowImage image, long now) {
        return image == null || image.tombstone() || image.expiresAtMillis() <= now ? null : image.logOffset();
    }
}
