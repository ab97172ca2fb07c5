package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowMergeTest {
    private static final long NOW_MILLIS = 1_000_000;
    private static final long LIFE_MILLIS = 1_000;
    private static final int SEEDS = 200;

    private static final OnlineSchema SCHEMA = new OnlineSchema(
            7,
            List.of(
                    new OnlineColumn("key", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("time", FeatureType.Simple.TIMESTAMP, null)),
            List.of(0),
            1,
            LIFE_MILLIS);

    private static RowImage row(long offset, long eventTimeMillis) {
        return RowCodec.encode(
                SCHEMA, new @Nullable Object[] {1L, eventTimeMillis * 1_000}, new RowCodec.LogPosition(0, offset));
    }

    private static RowImage delete(long offset) {
        return RowCodec.tombstone(new RowCodec.LogPosition(0, offset));
    }

    private static @Nullable RowImage apply(@Nullable RowImage current, RowImage candidate) {
        RowImage store = RowMerge.decide(current, candidate, NOW_MILLIS).store();
        return store == null ? current : store;
    }

    private static RowMerge.Result result(@Nullable RowImage current, RowImage candidate) {
        return RowMerge.decide(current, candidate, NOW_MILLIS).result();
    }

    @Test
    void newestEventTimeWinsAgainstALaterRow() {
        assertThat(result(row(1, NOW_MILLIS), row(2, NOW_MILLIS - 1))).isEqualTo(RowMerge.Result.OLDER);
        assertThat(result(row(2, NOW_MILLIS - 1), row(1, NOW_MILLIS))).isEqualTo(RowMerge.Result.STORED);
    }

    @Test
    void laterRowWinsWhenEventTimesAreEqual() {
        assertThat(result(row(1, NOW_MILLIS), row(2, NOW_MILLIS))).isEqualTo(RowMerge.Result.STORED);
        assertThat(result(row(2, NOW_MILLIS), row(1, NOW_MILLIS))).isEqualTo(RowMerge.Result.OLDER);
    }

    @Test
    void sameRowAgainChangesNothing() {
        assertThat(RowMerge.decide(row(1, NOW_MILLIS), row(1, NOW_MILLIS), NOW_MILLIS))
                .isEqualTo(new RowMerge.Decision(RowMerge.Result.OLDER, null));
    }

    @Test
    void rowWhoseLifeIsOverIsNotStored() {
        assertThat(result(null, row(1, NOW_MILLIS - LIFE_MILLIS))).isEqualTo(RowMerge.Result.EXPIRED);
        assertThat(result(null, row(1, NOW_MILLIS - LIFE_MILLIS + 1))).isEqualTo(RowMerge.Result.STORED);
    }

    @Test
    void rowLoggedBeforeADeleteStaysGone() {
        RowImage gone = apply(row(1, NOW_MILLIS), delete(2));
        assertThat(gone).isNotNull().returns(true, RowImage::tombstone);
        assertThat(result(gone, row(1, NOW_MILLIS))).isEqualTo(RowMerge.Result.OLDER);
    }

    @Test
    void rowLoggedAfterADeleteLivesThoughItsEventTimeIsOlder() {
        RowImage gone = apply(row(1, NOW_MILLIS), delete(2));
        assertThat(result(gone, row(3, NOW_MILLIS - 5))).isEqualTo(RowMerge.Result.STORED);
    }

    @Test
    void lateDeleteLeavesTheRowLoggedAfterIt() {
        RowImage kept = apply(row(3, NOW_MILLIS), delete(2));
        assertThat(kept).isNotNull().returns(false, RowImage::tombstone).returns(2L, RowImage::horizon);
    }

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 0; seed < Long.getLong("seeds", SEEDS); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    /** Whoever reads the log again from anywhere before, at any moment, leaves the stored bytes as they are. */
    @ParameterizedTest
    @MethodSource("seeds")
    void replaysChangeNothing(long seed) {
        Random random = new Random(seed);
        List<RowImage> log = randomLog(random);
        RowImage stored = null;
        for (int end = 0; end < log.size(); end++) {
            stored = apply(stored, log.get(end));
            RowImage again = stored;
            for (int index = random.nextInt(end + 1); index <= end; index++) {
                again = apply(again, log.get(index));
            }
            assertThat(bytes(again)).as("seed %d, log up to %d", seed, end).isEqualTo(bytes(stored));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsReadableIsTheNewestRowSinceTheLastDelete(long seed) {
        List<RowImage> log = randomLog(new Random(seed));
        RowImage stored = null;
        for (RowImage entry : log) {
            stored = apply(stored, entry);
        }
        RowImage expected = expected(log);
        if (expected == null) {
            assertThat(stored == null || stored.tombstone()).as("seed %d", seed).isTrue();
        } else {
            assertThat(stored).as("seed %d", seed).isNotNull().returns(expected.logOffset(), RowImage::logOffset);
        }
    }

    private static @Nullable RowImage expected(List<RowImage> log) {
        List<RowImage> since = new ArrayList<>();
        for (RowImage entry : log) {
            if (entry.tombstone()) {
                since.clear();
            } else if (entry.expiresAtMillis() > NOW_MILLIS) {
                since.add(entry);
            }
        }
        return since.stream()
                .max(Comparator.comparingLong(RowImage::eventTimeMicros).thenComparingLong(RowImage::logOffset))
                .orElse(null);
    }

    private static List<RowImage> randomLog(Random random) {
        List<RowImage> log = new ArrayList<>();
        int length = 1 + random.nextInt(12);
        for (long offset = 0; offset < length; offset++) {
            boolean deletes = random.nextInt(5) == 0;
            long eventTime = NOW_MILLIS - LIFE_MILLIS - 1 + random.nextInt(5);
            log.add(deletes ? delete(offset) : row(offset, eventTime));
        }
        return log;
    }

    private static byte @Nullable [] bytes(@Nullable RowImage image) {
        return image == null ? null : image.bytes();
    }
}
