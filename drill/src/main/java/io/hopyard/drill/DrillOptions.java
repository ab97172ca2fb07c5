package io.hopyard.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the command says.
 *
 * @param faults in the order in which they are caused
 * @param seed of the first round; each other one has the next
 * @param time of load after the fault, at least
 * @param json null = none
 * @param plot a file for the only round, or a directory or a file to whose name drill and seed are added; null = none
 */
record DrillOptions(
        List<Fault> faults,
        int rounds,
        long seed,
        Duration time,
        @Nullable Path json,
        @Nullable Path plot,
        boolean shortForm) {
    private static final String ALL = "all";
    private static final String SHORT = "--short";
    private static final Map<String, String> DEFAULTS = Map.of("--rounds", "1", "--seed", "1", "--seconds", "20");
    private static final List<String> VALUED = List.of("--rounds", "--seed", "--seconds", "--json", "--plot");

    DrillOptions {
        faults = List.copyOf(faults);
        if (faults.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException(
                    "rounds: " + rounds + " of " + faults.size() + " drills (expected: >= 1)");
        }
    }

    /** @throws IllegalArgumentException when it cannot be understood; the message is for people */
    static DrillOptions parse(List<String> arguments, List<Fault> known) {
        List<Fault> faults = faults(arguments.isEmpty() ? "" : arguments.getFirst(), known);
        Map<String, String> options = new HashMap<>(DEFAULTS);
        List<String> valued =
                arguments.stream().skip(1).filter(word -> !word.equals(SHORT)).toList();
        for (int index = 0; index < valued.size(); index += 2) {
            String option = valued.get(index);
            if (!VALUED.contains(option) || index + 1 == valued.size()) {
                throw new IllegalArgumentException(
                        option + " (expected: --rounds N, --seed N, --seconds S, --json FILE, --plot FILE, --short)");
            }
            options.put(option, valued.get(index + 1));
        }
        String json = options.get("--json");
        String plot = options.get("--plot");
        return new DrillOptions(
                faults,
                (int) number(options, "--rounds"),
                number(options, "--seed"),
                Duration.ofSeconds(number(options, "--seconds")),
                json == null ? null : Path.of(json),
                plot == null ? null : Path.of(plot),
                arguments.contains(SHORT));
    }

    private static long number(Map<String, String> options, String option) {
        String text = options.getOrDefault(option, "");
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number < 1L << 31) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(option + ": '" + text + "' (expected: a whole number)");
    }

    private static List<Fault> faults(String names, List<Fault> known) {
        if (names.equals(ALL)) {
            return known;
        }
        List<Fault> faults = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            faults.add(known.stream()
                    .filter(fault -> fault.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("drill: '" + name + "' (expected: all, or some of "
                            + known.stream().map(Fault::name).collect(Collectors.joining(", ")) + ")")));
        }
        return faults;
    }

    /** A fault that is caused once. */
    record Turn(Fault fault, long seed) {}

    /** Which rounds are run on the same kind of cluster, in their order. */
    List<Cast> casts() {
        List<Cast> casts = new ArrayList<>();
        for (Fault fault : faults) {
            boolean whole = fault.whole() || (shortForm && wholeAsked(fault.ground()));
            Cast cast = casts.stream()
                    .filter(one -> one.ground().equals(fault.ground()) && one.whole() == whole)
                    .findFirst()
                    .orElseGet(() -> {
                        Cast made = new Cast(fault.ground(), whole, new ArrayList<>());
                        casts.add(made);
                        return made;
                    });
            for (int round = 0; round < rounds; round++) {
                cast.turns().add(new Turn(fault, seed + round));
            }
        }
        return casts;
    }

    /** The start of a second cluster costs more than a larger one. */
    private boolean wholeAsked(Ground.Maker ground) {
        return faults.stream().anyMatch(fault -> fault.ground().equals(ground) && fault.whole());
    }

    /**
     * Rounds that a cluster is good for.
     *
     * @param turns in their order
     */
    record Cast(Ground.Maker ground, boolean whole, List<Turn> turns) {}

    /** Where the plot of a round goes, or null. */
    @Nullable
    Path plot(DrillReport.Name name, boolean directory) {
        if (plot == null || (rounds == 1 && faults.size() == 1 && !directory)) {
            return plot;
        }
        String added = name.drill() + "-" + name.seed();
        if (directory) {
            return plot.resolve(added + ".png");
        }
        String file = String.valueOf(plot.getFileName());
        int dot = file.lastIndexOf('.');
        return plot.resolveSibling(
                dot < 0 ? file + "-" + added : file.substring(0, dot) + "-" + added + file.substring(dot));
    }
}
