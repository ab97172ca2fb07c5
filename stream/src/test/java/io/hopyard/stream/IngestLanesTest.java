package io.hopyard.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestLanesTest {
    private final IngestLanes lanes = new IngestLanes();

    @AfterEach
    void close() {
        lanes.close();
    }

    private static boolean met(CountDownLatch own, CountDownLatch other) {
        own.countDown();
        try {
            return other.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void partsRunAtOnceAndAnswerInOrder() {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        List<Supplier<String>> parts =
                List.of(() -> "first " + met(first, second), () -> "second " + met(second, first));

        assertThat(lanes.all(parts)).containsExactly("first true", "second true");
    }

    @Test
    void failureIsThrownOnlyWhenAllPartsHaveEnded() {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        List<Supplier<String>> parts = List.of(
                () -> {
                    failed.countDown();
                    throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "first");
                },
                () -> {
                    ended.set(met(failed, failed));
                    throw new IllegalArgumentException("second");
                });

        assertThatThrownBy(() -> lanes.all(parts))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("first")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .isInstanceOf(IllegalArgumentException.class));
        assertThat(ended).isTrue();
    }
}
