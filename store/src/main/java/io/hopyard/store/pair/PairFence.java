package io.hopyard.store.pair;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.PairView;
import io.hopyard.core.pair.ReadRule;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.pair.WriteRule;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;

/** Lets requests pass by the rules of the pair. Thread safe. */
final class PairFence implements Fence {
    private final PairDriver driver;
    private final Timings timings;
    private final ReadRule reads;
    private final Ticker ticker;
    private final Metrics.Counter unconfirmed;

    PairFence(PairDriver driver, Timings timings, Ticker ticker, Metrics metrics) {
        this.driver = driver;
        this.timings = timings;
        this.reads = new ReadRule(timings);
        this.ticker = ticker;
        this.unconfirmed = metrics.counter(
                "store_unconfirmed_writes_total", "Writes that the engine did and the pair did not confirm in time");
    }

    boolean open() {
        PairView view = driver.view();
        long now = ticker.nanos();
        return WriteRule.mayExecute(view, now) && reads.strict(view, now) == ReadRule.Read.FRESH;
    }

    @Override
    public void checkWrite(String what) {
        PairView view = driver.view();
        if (!WriteRule.mayExecute(view, ticker.nanos())) {
            throw refused(what, view);
        }
    }

    @Override
    public boolean acknowledges(Deadline deadline) {
        Deadline latest = earlier(deadline, Deadline.after(ticker, timings.ackWait()));
        while (true) {
            PairView before = driver.view();
            WriteRule.Ack ack = WriteRule.ack(driver::view, driver::inRing, ticker.nanos());
            if (ack == WriteRule.Ack.YES) {
                return true;
            }
            if (ack == WriteRule.Ack.UNKNOWN || latest.passed(ticker)) {
                unconfirmed.increment();
                return false;
            }
            driver.awaitChange(before, latest);
        }
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        return one.atNanos() - other.atNanos() < 0 ? one : other;
    }

    @Override
    public void checkRead(String what) {
        PairView view = driver.view();
        if (reads.strict(view, ticker.nanos()) != ReadRule.Read.FRESH) {
            throw refused(what, view);
        }
    }

    @Override
    public boolean checkOnlineRead(String what) {
        PairView view = driver.view();
        return switch (reads.online(view, ticker.nanos())) {
            case FRESH -> true;
            case STALE -> false;
            case REFUSED -> throw refused(what, view);
        };
    }

    private static FeatureStoreException refused(String what, PairView view) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                what + ": this node is " + view.state() + " in epoch " + view.epoch()
                        + (view.waitsFor().isEmpty()
                                ? ", the other node's lease has run out"
                                : ", " + view.waitsFor()));
    }
}
