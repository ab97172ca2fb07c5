package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogKeeperTest {
    private final AtomicLong free = new AtomicLong(1_000);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger lives = new AtomicInteger();
    private final AtomicBoolean starts = new AtomicBoolean(true);
    private final LogKeeper keeper =
            new LogKeeper(Path.of("/the/log"), new DiskReserve(100, 125), free::get, Life::new, new Metrics());

    private final class Life implements LogKeeper.Broker {
        @Override
        public void start() {
            if (!starts.get()) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "log broker 1 does not start");
            }
            running.incrementAndGet();
            lives.incrementAndGet();
        }

        @Override
        public void close() {
            running.decrementAndGet();
        }
    }

    @AfterEach
    void close() {
        keeper.close();
        assertThat(running).hasValue(0);
    }

    @Test
    void brokerRunsWhileThereIsRoom() {
        keeper.start();
        assertThat(running).hasValue(1);
        assertThat(keeper.trouble()).isNull();
    }

    @Test
    void brokerStopsBeforeTheDiskIsFullAndRunsAgainWhenThereIsRoom() {
        keeper.start();
        free.set(99);
        Eventually.holds(() -> assertThat(running).hasValue(0));
        assertThat(keeper.trouble())
                .isEqualTo(
                        "The disk of /the/log has 99 bytes free (expected: at least 125): the log's broker is stopped"
                                + " until then.");
        free.set(125);
        Eventually.holds(() -> assertThat(running).hasValue(1));
        Eventually.holds(() -> assertThat(keeper.trouble()).isNull());
        assertThat(lives).hasValue(2);
    }

    @Test
    void nodeStartsWithoutItsBrokerWhenTheDiskIsFullAlready() {
        free.set(0);
        keeper.start();
        assertThat(running).hasValue(0);
        assertThat(keeper.trouble()).contains("has 0 bytes free");
        free.set(1_000);
        Eventually.holds(() -> assertThat(running).hasValue(1));
    }

    @Test
    void brokerThatCannotStartAtTheNodesStartIsAnError() {
        starts.set(false);
        assertThatThrownBy(keeper::start)
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage("log broker 1 does not start");
    }

    @Test
    void brokerThatCannotStartLaterIsTriedAgain() {
        free.set(0);
        keeper.start();
        starts.set(false);
        free.set(1_000);
        Eventually.holds(
                () -> assertThat(keeper.trouble()).isEqualTo("The log does not start: log broker 1 does not start"));
        starts.set(true);
        Eventually.holds(() -> assertThat(running).hasValue(1));
        Eventually.holds(() -> assertThat(keeper.trouble()).isNull());
    }
}
