package io.hopyard.drill;

import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import java.nio.file.Path;

/** Loopback addresses of this machine. */
final class PlainGround implements Ground {
    static final Maker MAKER = scratch -> new PlainGround();

    private static final String BLOCK = "127.0.21";

    @Override
    public LocalPlan plan(boolean whole) {
        return whole ? LocalPlan.full(BLOCK) : LocalPlan.small(BLOCK);
    }

    @Override
    public Launch launch(LocalNode node, Path data) {
        return Launch.PLAIN;
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
