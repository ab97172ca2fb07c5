package io.hopyard.core.pair.simulation;

import java.util.BitSet;
import java.util.List;

/** Ask any node, at any time, and believe what they are told. */
final class Clients {
    private final World world;
    private final Timeline timeline;

    Clients(World world) {
        this.world = world;
        this.timeline = world.timeline;
    }

    void begin() {
        write();
        read();
    }

    private void write() {
        timeline.in(timeline.millis(1, 60), () -> {
            SimProcess process = any();
            int write = world.history.newWrite();
            timeline.in(timeline.millis(0.1, 2), process, () -> process.write(write));
            write();
        });
    }

    private void read() {
        timeline.in(timeline.millis(1, 60), () -> {
            SimProcess process = any();
            BitSet acked = world.history.acked();
            timeline.in(timeline.millis(0.1, 2), process, () -> process.read(acked));
            read();
        });
    }

    private SimProcess any() {
        // Also whom the others have removed, as long as it lives.
        List<SimProcess> all = List.copyOf(world.processes());
        return all.get(timeline.random.nextInt(all.size()));
    }
}
