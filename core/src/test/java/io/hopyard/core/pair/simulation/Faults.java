package io.hopyard.core.pair.simulation;

import java.util.List;

/** What goes wrong, until a moment. */
final class Faults {
    private final World world;
    private final Timeline timeline;
    private boolean begun;
    private long until;

    Faults(World world) {
        this.world = world;
        this.timeline = world.timeline;
    }

    void begin(long endsAt) {
        begun = true;
        until = endsAt;
        timeline.in(timeline.millis(0, 1_000), this::next);
    }

    /** What matters happens around a change of state, so trouble is likelier there. */
    void stateChanged(SimProcess process) {
        if (begun && timeline.now() < until && timeline.chance(0.15)) {
            timeline.in(timeline.millis(0, 60), () -> one(timeline.chance(0.5) ? process.node() : any()));
        }
    }

    private void next() {
        if (timeline.now() > until) {
            return;
        }
        one(any());
        timeline.in(timeline.chance(0.4) ? timeline.millis(0, 300) : timeline.millis(300, 5_000), this::next);
    }

    private String any() {
        List<String> nodes = world.nodes();
        return nodes.get(timeline.random.nextInt(nodes.size()));
    }

    private void one(String node) {
        SimProcess victim = world.process(node);
        String peer = world.other(node);
        switch (timeline.random.nextInt(13)) {
            case 0, 1 -> stop(victim, timeline.millis(10, 1_500));
            case 2 -> stop(victim, timeline.millis(1_500, 7_000));
            case 3, 4 -> {
                long time = timeline.millis(200, 6_000);
                world.note("cut for " + time / Timeline.MILLI + " ms");
                world.network.cut(node, peer, time);
                world.network.cut(peer, node, time);
            }
            case 5 -> {
                world.note("cut one way from " + node);
                world.network.cut(node, peer, timeline.millis(200, 6_000));
            }
            case 6 -> {
                world.note("kill " + node);
                victim.die();
            }
            case 7 -> {
                world.note("kill both");
                world.processes().forEach(SimProcess::die);
            }
            case 8 -> {
                world.note("register away");
                world.register.away(timeline.millis(500, 6_000));
            }
            case 9 -> {
                if (world.replaceDisk(victim)) {
                    world.note("disk of " + node + " replaced");
                }
            }
            case 10, 11 -> {
                if (world.remove(victim)) {
                    world.note(node + " removed, another node is to come");
                }
            }
            default -> {
                world.note("the engine of " + node + " is nervous");
                timeline.in(0, victim, () -> victim.engine().missed());
            }
        }
    }

    private void stop(SimProcess process, long time) {
        world.note("stop " + process.incarnation() + " for " + time / Timeline.MILLI + " ms");
        process.stop(time);
    }
}
