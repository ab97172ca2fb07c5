package io.hopyard.drill;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalPlan;
import io.hopyard.server.local.TokenAdmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./hopyard drill NAME [--seed N] [--seconds S] [--json FILE] [--plot FILE] [--short]}. The short form is for builds: it
 * counts lost and stale rows as the long one does, and allows gaps that a machine shared with others makes.
 */
public final class DrillMain {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final String SHORT = "--short";
    private static final int EXIT_USAGE = 2;
    /** The drill cannot be run here, which is neither passed nor failed. */
    private static final int EXIT_SKIPPED = 77;

    private DrillMain() {}

    private record Options(
            Fault fault,
            long seed,
            Duration time,
            @Nullable Path json,
            @Nullable Path plot,
            boolean shortForm) {
        static Options parse(List<String> arguments) {
            String names = Faults.ALL.stream().map(Fault::name).collect(Collectors.joining(", "));
            String name = arguments.isEmpty() ? "" : arguments.getFirst();
            Fault fault = Faults.ALL.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("drill: '" + name + "' (expected: one of " + names + ")"));
            Map<String, String> options = new HashMap<>(Map.of("--seed", "1", "--seconds", "20"));
            List<String> valued = arguments.stream()
                    .skip(1)
                    .filter(word -> !word.equals(SHORT))
                    .toList();
            for (int index = 0; index < valued.size(); index += 2) {
                String option = valued.get(index);
                if (!List.of("--seed", "--seconds", "--json", "--plot").contains(option)
                        || index + 1 == valued.size()) {
                    throw new IllegalArgumentException(
                            option + " (expected: --seed N, --seconds S, --json FILE, --plot FILE, --short)");
                }
                options.put(option, valued.get(index + 1));
            }
            String json = options.get("--json");
            String plot = options.get("--plot");
            return new Options(
                    fault,
                    Long.parseLong(options.getOrDefault("--seed", "1")),
                    Duration.ofSeconds(Long.parseLong(options.getOrDefault("--seconds", "20"))),
                    json == null ? null : Path.of(json),
                    plot == null ? null : Path.of(plot),
                    arguments.contains(SHORT));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_USAGE);
            return;
        }
        Path root = Files.createTempDirectory("hopyard-drill.");
        int exit = 1;
        try {
            exit = run(options, root) ? 0 : 1;
        } catch (Ground.NotHereException e) {
            System.out.println(options.fault().name() + ": skipped, not run: " + e.getMessage());
            exit = EXIT_SKIPPED;
        } catch (FeatureStoreException e) {
            System.err.println(e.text());
        } finally {
            remove(root);
        }
        System.exit(exit);
    }

    private static boolean run(Options options, Path root) throws IOException {
        try (Ground ground = options.fault().ground().make(root);
                Interruption interruption = new Interruption(ground)) {
            return run(options, root, ground, interruption);
        }
    }

    private static boolean run(Options options, Path root, Ground ground, Interruption interruption)
            throws IOException {
        LocalPlan plan = ground.plan(options.fault().whole());
        TokenAdmission admission = new TokenAdmission(Clock.systemUTC(), new SecureRandom());
        System.out.println(options.fault().name() + ": " + options.fault().what() + ". Starting a cluster ...");
        try (LocalCluster cluster = new LocalCluster(
                plan, root.resolve("nodes"), admission, START_TIMEOUT, DrillMain::say, ground::launch)) {
            interruption.ends(cluster);
            cluster.start();
            if (AddPair.has(options.fault().name())) {
                AddPair drill = new AddPair(cluster, plan, root, DrillMain::say);
                return tell(options, drill.run(options.fault().name(), options.seed(), options.time()), Map.of());
            }
            Path identity = cluster.process("broker-1").data().resolve("identity");
            DataDrill drill = new DataDrill(cluster, ground, identity, DrillMain::say);
            DrillReport report = drill.run(options.fault(), options.seed(), options.time(), options.shortForm());
            return tell(options, report, drill.marks());
        }
    }

    private static boolean tell(Options options, DrillReport report, Map<Double, String> marks) throws IOException {
        System.out.print(report.text());
        Path json = options.json();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        Path plot = options.plot();
        if (plot != null) {
            Plot.write(plot, report.drill() + ", seed " + report.seed(), report.timelines(), marks);
        }
        return report.passed();
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static void remove(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
