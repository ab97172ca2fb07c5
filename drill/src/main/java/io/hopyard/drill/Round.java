package io.hopyard.drill;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Ticker;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.store.remote.DataClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Causes one fault in a cluster that serves, and checks every acknowledged row on each data node afterwards. */
final class Round {
    private static final Duration WARM_MAX = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);

    private final Lab lab;
    private final Pace pace;
    private final Clock clock = Clock.systemUTC();
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final List<Supplier<@Nullable String>> checks = new ArrayList<>();
    private final Map<Double, String> marks = new ConcurrentSkipListMap<>();

    Round(Lab lab, Pace pace) {
        this.lab = lab;
        this.pace = pace;
    }

    /**
     * How long the parts of a drill are.
     *
     * @param warm at least, until there are rows that every read must find, connections, and warm caches
     * @param before the fault, observed
     * @param alone after the fault, before ended nodes are started again, so that the one can be told from the other
     * @param after the fault, at least
     * @param settled when all nodes are ready again
     * @param pressure of the load
     * @param shortForm others use the machine too: pauses say little, and the drill should be over in seconds
     */
    record Pace(
            Duration warm,
            Duration before,
            Duration alone,
            Duration after,
            Duration settled,
            DataLoad.Pressure pressure,
            boolean shortForm) {
        private static final DataLoad.Pressure LONG_FORM = new DataLoad.Pressure(4, 4, Duration.ofMillis(4));
        /** Nodes should be back soon. */
        private static final DataLoad.Pressure SHORT_FORM = new DataLoad.Pressure(2, 2, Duration.ofMillis(20));

        static Pace ofBuild(boolean firstRound) {
            return new Pace(
                    Duration.ofMillis(firstRound ? 6_000 : 3_500),
                    Duration.ofMillis(500),
                    Duration.ofMillis(1_500),
                    Duration.ZERO,
                    Duration.ofMillis(500),
                    SHORT_FORM,
                    true);
        }

        static Pace of(Duration after) {
            return new Pace(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    after,
                    Duration.ofSeconds(2),
                    LONG_FORM,
                    false);
        }
    }

    /** @param sides what else is called during the drill */
    DrillReport run(Fault fault, long seed, List<SideLoad> sides) {
        Ticker ticker = lab.ticker();
        DataLoad load =
                new DataLoad(lab.rows(), lab.nextRound(), ticker, Timings.DEFAULT.onlineReadStalenessMax(), seed);
        if (!lab.awaitReady()) {
            problems.add("not all nodes were ready before the fault");
        }
        load.start(pace.pressure());
        sides.forEach(SideLoad::start);
        warm(load, sides);
        long begin = ticker.nanos();
        Phases phases = new Phases(begin);
        Watch watch = new Watch(lab.cluster()::processes, phases, ticker, what -> mark(begin, what));
        try (watch) {
            watch.start();
            load.observe(begin);
            sides.forEach(side -> side.observe(begin));
            lab.pause(pace.before());
            fault.action().cause(new Stage(begin, watch, seed));
            recover();
            load.close();
            sides.forEach(SideLoad::close);
        } catch (RuntimeException e) {
            load.close(); // or it would go on through the next drill
            throw e;
        }
        List<Timeline.Summary> timelines = new ArrayList<>(List.of(load.reads(phases), load.writes(phases)));
        sides.forEach(side -> timelines.addAll(side.timelines(phases)));
        lab.say("checking " + load.acknowledged() + " acknowledged rows on each copy ...");
        Map<String, Long> lost = check(load);
        checks.forEach(this::ask);
        sides.forEach(side -> problems.addAll(side.problems(watch.deaths())));
        problems.addAll(
                Verdict.of(fault, pace.shortForm()).problems(load.acknowledged(), load.staleReads(), timelines));
        return new DrillReport(
                new DrillReport.Name(fault.name(), seed),
                load.acknowledged(),
                lost,
                load.staleReads(),
                timelines,
                new TreeMap<>(marks),
                sides.stream().flatMap(side -> side.notes().stream()).toList(),
                List.copyOf(problems));
    }

    private void warm(DataLoad load, List<SideLoad> sides) {
        long end = lab.ticker().nanos() + WARM_MAX.toNanos();
        lab.pause(pace.warm());
        while (!load.warm() || !sides.stream().allMatch(SideLoad::warm)) {
            if (lab.ticker().nanos() - end > 0) {
                problems.add(
                        "not every kind of call had succeeded within " + WARM_MAX.toSeconds() + " s before the fault");
                return;
            }
            lab.pause(LOOK);
        }
    }

    private void recover() {
        lab.pause(pace.alone());
        lab.keepAlive(pace.after());
        if (!lab.awaitReady()) {
            problems.add("not all nodes were ready again in time");
        }
        lab.keepAlive(pace.settled());
    }

    private void ask(Supplier<@Nullable String> check) {
        String problem = check.get();
        if (problem != null) {
            problems.add(problem);
        }
    }

    private void mark(long begin, String what) {
        double seconds = (lab.ticker().nanos() - begin) / 1e9;
        marks.put(seconds, what);
        lab.say("%6.1f s  %s".formatted(seconds, what));
    }

    /** Looks for every row on each copy. */
    private Map<String, Long> check(DataLoad load) {
        Map<String, Long> lost = new TreeMap<>();
        lab.copies().forEach((names, copy) -> {
            try (copy) {
                long missing = load.missing(copy.router());
                lost.put(names, missing);
                if (missing > 0) {
                    problems.add(missing + " acknowledged rows are not on " + names);
                }
            } catch (FeatureStoreException e) {
                problems.add(names + " does not serve: " + e.text());
            }
        });
        try {
            load.forget();
        } catch (FeatureStoreException e) {
            problems.add("the rows of the drill could not be removed: " + e.text());
        }
        return lost;
    }

    private final class Stage implements Fault.Scene {
        private final long begin;
        private final Watch watch;
        private final SplittableRandom random;

        Stage(long begin, Watch watch, long seed) {
            this.begin = begin;
            this.watch = watch;
            this.random = new SplittableRandom(seed);
        }

        @Override
        public LocalCluster cluster() {
            return lab.cluster();
        }

        @Override
        public SplittableRandom random() {
            return random;
        }

        @Override
        public boolean shortForm() {
            return pace.shortForm();
        }

        @Override
        public void mark(String what) {
            watch.broken(Phases.Phase.FAULT);
            Round.this.mark(begin, what);
        }

        @Override
        public void markRefusal(String what) {
            watch.broken(Phases.Phase.REFUSAL);
            Round.this.mark(begin, what);
        }

        @Override
        public void wait(Duration time) {
            lab.pause(time);
        }

        @Override
        public void awaitReady() {
            lab.pause(pace.alone());
            if (!lab.awaitReady()) {
                problem("not all nodes were ready again in time");
            }
            lab.pause(pace.settled());
        }

        @Override
        public void stop(NodeProcess process) {
            long before = lab.ticker().nanos();
            process.stop(STOP_GRACE);
            watch.stopped(process.node().name(), before);
            if (lab.ticker().nanos() - before >= STOP_GRACE.toNanos()) {
                problem(process.node().name() + " did not stop within " + STOP_GRACE.toSeconds() + " s and was killed");
            }
        }

        @Override
        public <G extends Ground> G ground(Class<G> kind) {
            return kind.cast(lab.ground());
        }

        @Override
        public void note(String what) {
            lab.say(what);
        }

        @Override
        public void problem(String what) {
            lab.say(what);
            problems.add(what);
        }

        @Override
        public OnlineRows rows() {
            return lab.rows();
        }

        @Override
        public void onCopy(LocalNode node, Consumer<OnlineRows> use) {
            try (DataClient copy = lab.copy(node)) {
                use.accept(copy.onlineRows());
            }
        }

        @Override
        public Ticker ticker() {
            return lab.ticker();
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public void atEnd(Supplier<@Nullable String> check) {
            checks.add(check);
        }
    }
}
