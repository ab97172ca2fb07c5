package io.hopyard.core.database;

import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when told, or when somebody pauses. */
final class FakeTicker implements Ticker, Pause {
    private final AtomicLong now = new AtomicLong(1);

    @Override
    public long nanos() {
        return now.get();
    }

    @Override
    public void pause(Duration duration) {
        pass(duration);
    }

    void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }
}
