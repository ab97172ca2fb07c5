package io.hopyard.core.pair.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Simulated time, and what is to happen in it. Events of a process that is stopped wait for it; those of a dead one vanish. */
final class Timeline {
    static final long MILLI = 1_000_000;

    final RandomGenerator random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;

    Timeline(RandomGenerator random) {
        this.random = random;
    }

    /** True time, which no node can see. */
    long now() {
        return now;
    }

    /** Between the two, both in milliseconds. */
    long millis(double from, double to) {
        return (long) (random.nextDouble(from, to) * MILLI);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    void in(long delayNanos, Runnable task) {
        add(now + delayNanos, null, task);
    }

    void in(long delayNanos, SimProcess owner, Runnable task) {
        add(now + delayNanos, owner, task);
    }

    /** False when nothing is left. */
    boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        now = Math.max(now, event.at);
        SimProcess owner = event.owner;
        if (owner == null) {
            event.task.run();
        } else if (owner.alive() && owner.stoppedUntil() > now) {
            add(owner.stoppedUntil() + millis(0, 5), owner, event.task);
        } else if (owner.alive()) {
            event.task.run();
        }
        return true;
    }

    private void add(long at, @Nullable SimProcess owner, Runnable task) {
        events.add(new Event(at, count++, owner, task));
    }

    private record Event(long at, long number, @Nullable SimProcess owner, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Events of one process that happen in the order in which they were asked for, and none while the lane is blocked. */
    final class Lane {
        private final SimProcess owner;
        private final BooleanSupplier blocked;
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        Lane(SimProcess owner, BooleanSupplier blocked) {
            this.owner = owner;
            this.blocked = blocked;
        }

        void in(long delayNanos, Runnable task) {
            tasks.add(task);
            Timeline.this.in(delayNanos, owner, this::wake);
        }

        private void wake() {
            if (blocked.getAsBoolean()) {
                Timeline.this.in(millis(10, 30), owner, this::wake);
            } else {
                tasks.remove().run();
            }
        }
    }
}
