package io.hopyard.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.server.local.TokenAdmission;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;

/**
 * {@code ./hopyard drill NAME[,NAME...] | all [--rounds N] [--seed N] [--seconds S] [--json FILE] [--plot FILE] [--short]}.
 * Drills that need the same kind of cluster share one. The short form is for builds: it counts lost and stale rows as the long
 * one does, and allows gaps that a machine shared with others makes. Ends with 0 when all passed.
 */
public final class DrillMain {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final int EXIT_USAGE = 2;
    /** No drill can be run here, which is neither passed nor failed. */
    private static final int EXIT_SKIPPED = 77;

    private final DrillOptions options;
    private final List<String> client;
    private final Path root;
    private final List<DrillReport> reports = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int clusters;

    /** @param client command of the official client's process */
    private DrillMain(DrillOptions options, List<String> client, Path root) {
        this.options = options;
        this.client = client;
        this.root = root;
    }

    public static void main(String[] arguments) throws IOException {
        DrillOptions options;
        try {
            options = DrillOptions.parse(List.of(arguments), Faults.ALL);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_USAGE);
            return;
        }
        Path root = Files.createTempDirectory("hopyard-drill.");
        List<String> client = List.of(environment("HOPYARD_PYTHON"), environment("HOPYARD_DRILL_CLIENT"));
        int exit = 1;
        try {
            exit = new DrillMain(options, client, root).run();
        } finally {
            remove(root, exit == 0 || exit == EXIT_SKIPPED);
        }
        System.exit(exit);
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException(name + ": not set (expected: as ./hopyard drill sets it)");
        }
        return value;
    }

    private int run() throws IOException {
        for (DrillOptions.Cast cast : options.casts()) {
            Queue<DrillOptions.Turn> turns = new ArrayDeque<>(cast.turns());
            while (!turns.isEmpty()) {
                int before = turns.size();
                try {
                    run(cast, turns);
                } catch (Ground.NotHereException e) {
                    turns.stream()
                            .map(turn -> turn.fault().name())
                            .distinct()
                            .forEach(name -> say(name + ": skipped, not run: " + e.getMessage()));
                    turns.clear();
                } catch (FeatureStoreException e) {
                    failures.add(e.text());
                    say("FAILED: " + e.text());
                    if (turns.size() == before) {
                        turns.clear(); // no cluster can be started for them
                    }
                }
            }
        }
        return end();
    }

    /** Takes turns until there are none or the cluster is good for no more. */
    private void run(DrillOptions.Cast cast, Queue<DrillOptions.Turn> turns) throws IOException {
        Path own = Files.createDirectory(root.resolve("cluster-" + ++clusters));
        try (Ground ground = cast.ground().make(own);
                Interruption interruption = new Interruption(ground)) {
            say("Starting a cluster ...");
            long before = System.nanoTime();
            try (LocalCluster cluster = new LocalCluster(
                    ground.plan(cast.whole()),
                    own.resolve("nodes"),
                    new TokenAdmission(Clock.systemUTC(), new SecureRandom()),
                    START_TIMEOUT,
                    DrillMain::say,
                    (node, data) -> ClientProcess.named(ground.launch(node, data)))) {
                interruption.ends(cluster);
                cluster.start();
                try (Lab lab = new Lab(cluster, ground, DrillMain::say);
                        ClientProcess process = new ClientProcess(client, lab, own.resolve("client.log"))) {
                    say("Cluster and client are ready after %.1f s.".formatted((System.nanoTime() - before) / 1e9));
                    boolean good = true;
                    for (boolean first = true; good && !turns.isEmpty(); first = false) {
                        good = turn(turns.remove(), lab, process, first);
                    }
                }
            }
        }
    }

    /** False when the cluster has not come back. */
    private boolean turn(DrillOptions.Turn turn, Lab lab, ClientProcess process, boolean first) throws IOException {
        Fault fault = turn.fault();
        say("");
        say(fault.name() + ", seed " + turn.seed() + ": " + fault.what());
        Round.Pace pace = options.shortForm() ? Round.Pace.ofBuild(first) : Round.Pace.of(options.time());
        List<SideLoad> sides = new ArrayList<>();
        sides.add(new DoorLoad(
                lab.with(NodeRole.BROKER).stream().map(NodeProcess::node).toList(),
                DoorLoad.Target.of(
                        process.view(), lab.cluster().processes().getFirst().data()),
                fault.expect().callsNeverFail(),
                pace.pressure().pause(),
                lab.ticker(),
                turn.seed()));
        if (fault.expect().clientRows() > 0) {
            sides.add(new ClientLoad(process, fault.expect().clientRows()));
        }
        DrillReport report = new Round(lab, pace).run(fault, turn.seed(), sides);
        reports.add(report);
        System.out.print(report.text());
        Path plot = options.plot();
        Path file = options.plot(report.name(), plot != null && Files.isDirectory(plot));
        if (file != null) {
            Plot.write(file, report.name().toString(), report.timelines(), report.marks());
        }
        return report.passed() || lab.cluster().processes().stream().allMatch(NodeProcess::ready);
    }

    private int end() throws IOException {
        Path json = options.json();
        if (json != null) {
            ArrayNode all = Json.array();
            reports.forEach(report -> all.add(report.json()));
            Files.write(json, Json.bytes(all));
        }
        if (reports.size() > 1) {
            say("");
            say("Longest gaps are min / median / max.");
            System.out.print(RoundTable.text(reports));
        }
        if (reports.isEmpty() && failures.isEmpty()) {
            return EXIT_SKIPPED;
        }
        long passed = reports.stream().filter(DrillReport::passed).count();
        say("%d of %d drills passed.".formatted(passed, reports.size() + failures.size()));
        return passed == reports.size() && failures.isEmpty() ? 0 : 1;
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** After a failure what the nodes said is kept. */
    private static void remove(Path root, boolean logs) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (logs || !(Files.isDirectory(file) || file.toString().endsWith(".log"))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        if (!logs) {
            say("What the nodes said is kept in " + root + ".");
        }
    }
}
