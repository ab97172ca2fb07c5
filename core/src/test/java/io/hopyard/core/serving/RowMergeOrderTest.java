package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowMerge.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowMergeOrderTest {
    private static final long NOW_MILLIS = 1_000_000;
    private static final OnlineSchema SCHEMA = schema(null);

    private static OnlineSchema schema(@Nullable Long ttlMillis) {
        return new OnlineSchema(
                1,
                List.of(
                        new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                        new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null)),
                List.of(0),
                1,
                ttlMillis);
    }

    private static RowImage row(long eventMicros, long offset) {
        return RowCodec.encode(SCHEMA, new Object[] {1L, eventMicros}, new LogPosition(0, offset));
    }

    private static RowImage delete(long offset) {
        return RowCodec.tombstone(new LogPosition(0, offset));
    }

    private static Result result(@Nullable RowImage current, RowImage candidate) {
        return RowMerge.decide(current, candidate, NOW_MILLIS).result();
    }

    @Test
    void theNewestEventTimeWinsThenTheLaterOffset() {
        assertThat(result(null, row(5, 1))).isEqualTo(Result.STORED);
        assertThat(result(row(5, 1), row(6, 0))).isEqualTo(Result.STORED);
        assertThat(result(row(5, 1), row(4, 2))).isEqualTo(Result.OLDER);
        assertThat(result(row(5, 1), row(5, 2))).isEqualTo(Result.STORED);
        assertThat(result(row(5, 1), row(5, 1))).isEqualTo(Result.OLDER);
    }

    @Test
    void rowsWithoutAnEventTimeAreOrderedByTheLog() {
        OnlineSchema plain = new OnlineSchema(1, SCHEMA.columns(), List.of(0), null, 1L);
        RowImage first = RowCodec.encode(plain, new Object[] {1L, 9L}, new LogPosition(0, 1));
        RowImage second = RowCodec.encode(plain, new Object[] {1L, 1L}, new LogPosition(0, 2));
        assertThat(first.expiresAtMillis()).isEqualTo(RowImage.NEVER);
        assertThat(result(first, second)).isEqualTo(Result.STORED);
        assertThat(result(second, first)).isEqualTo(Result.OLDER);
    }

    @Test
    void aRowWhoseLifeIsOverIsRefused() {
        OnlineSchema living = schema(1_000L);
        for (long age : new long[] {999, 1_000, 1_001}) {
            RowImage row =
                    RowCodec.encode(living, new Object[] {1L, (NOW_MILLIS - age) * 1_000}, new LogPosition(0, 1));
            assertThat(result(null, row)).as("age %d ms", age).isEqualTo(age < 1_000 ? Result.STORED : Result.EXPIRED);
        }
    }

    @Test
    void aStoredTombstoneSaysSinceWhenItStands() {
        RowImage stored = RowMerge.decide(row(5, 1), delete(2), NOW_MILLIS).store();
        assertThat(stored).isNotNull().satisfies(tombstone -> {
            assertThat(tombstone.tombstone()).isTrue();
            assertThat(tombstone.horizon()).isEqualTo(2);
            assertThat(tombstone.eventTimeMicros()).isEqualTo(NOW_MILLIS * 1_000);
        });
    }

    @Test
    void aDeleteBehindANewerRowMovesTheHorizonOnly() {
        RowMerge.Decision decision = RowMerge.decide(row(5, 9), delete(7), NOW_MILLIS);
        assertThat(decision.result()).isEqualTo(Result.OLDER);
        assertThat(decision.store()).isNotNull().satisfies(row -> {
            assertThat(row.tombstone()).isFalse();
            assertThat(row.horizon()).isEqualTo(7);
            assertThat(row.logOffset()).isEqualTo(9);
        });
    }

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one == null ? LongStream.range(0, Integer.getInteger("seeds", 200)) : LongStream.of(one);
    }

    /** Ingesters that each go forward through the log, or fall back, in any interleaving, end in the same row. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyIngestersInLogOrderEndInTheSameRow(long seed) {
        Random random = new Random(seed);
        List<RowImage> log = new ArrayList<>();
        for (int offset = 0; offset < 1 + random.nextInt(25); offset++) {
            log.add(random.nextInt(4) == 0 ? delete(offset) : row(random.nextInt(5), offset));
        }
        RowImage expected = null;
        for (RowImage logged : log) {
            expected = apply(expected, logged);
        }
        int[] at = new int[1 + random.nextInt(3)];
        RowImage current = null;
        int finished = 0;
        while (finished < at.length) {
            int ingester = random.nextInt(at.length);
            if (at[ingester] == log.size()) {
                continue;
            }
            current = apply(current, log.get(at[ingester]++));
            if (at[ingester] == log.size()) {
                finished++;
            } else if (random.nextInt(8) == 0) {
                at[ingester] = random.nextInt(at[ingester] + 1);
            }
        }
        assertThat(current).as("seed %d", seed).isNotNull();
        assertThat(expected).isNotNull();
        assertThat(bytes(current)).as("seed %d", seed).isEqualTo(bytes(expected));
    }

    private static byte @Nullable [] bytes(@Nullable RowImage image) {
        return image == null ? null : image.bytes();
    }

    private static @Nullable RowImage apply(@Nullable RowImage current, RowImage logged) {
        RowImage store = RowMerge.decide(current, logged, NOW_MILLIS).store();
        return store == null ? current : store;
    }
}
