package io.hopyard.server.node;

import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.FullDisks;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.store.DiskGuard;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has both nodes of a pair refuse writes while the disk of one is nearly full: what the other took would be written to the
 * full disk, too. Start and close are called by one thread; the rest by any.
 */
final class PairDisks {
    private static final Logger LOG = LoggerFactory.getLogger(PairDisks.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Coordination coordination;
    private final String own;
    private volatile @Nullable FullDisks disks;
    private @Nullable ScheduledExecutorService timer;

    PairDisks(Coordination coordination, String own) {
        this.coordination = coordination;
        this.own = own;
    }

    /** Names of the other nodes of the pair whose disk is nearly full. */
    Set<String> full() {
        FullDisks known = disks;
        return known == null ? Set.of() : known.others();
    }

    /** @param pair its number */
    void start(int pair, DiskGuard guard) {
        FullDisks fresh = new FullDisks(coordination, pair, own);
        fresh.start();
        disks = fresh;
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("pair-disks").daemon().factory());
        timer = looks;
        // The look reports its own failures; the future of a periodic task tells nothing more.
        var _ = looks.scheduleWithFixedDelay(() -> look(fresh, guard), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void look(FullDisks disks, DiskGuard guard) {
        try {
            disks.say(guard.refuses());
        } catch (FeatureStoreException e) {
            LOG.atInfo().addKeyValue("reason", e.text()).log("The other node of the pair is told of the disk later.");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The disk could not be looked at.");
        }
    }

    void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        FullDisks known = disks;
        if (known != null) {
            known.close();
        }
    }
}
