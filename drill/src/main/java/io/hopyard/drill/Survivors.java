package io.hopyard.drill;

import io.hopyard.server.local.NodeProcess;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which nodes went on through a fault, and which had to end and start again. */
final class Survivors {
    private final Map<String, Long> before;
    private final Map<String, LongSupplier> now;

    /** @param now process ids by name of the node, from now on */
    Survivors(Map<String, LongSupplier> now) {
        this.now = new TreeMap<>(now);
        this.before = new TreeMap<>();
        now.forEach((name, pid) -> before.put(name, pid.getAsLong()));
    }

    static Survivors of(List<NodeProcess> nodes) {
        return new Survivors(nodes.stream()
                .collect(Collectors.toMap(process -> process.node().name(), process -> process::pid)));
    }

    boolean restarted(String name) {
        return before.getOrDefault(name, 0L) != now.getOrDefault(name, () -> 0).getAsLong();
    }

    /** What is wrong when none of them may have ended, or null. */
    @Nullable
    String anyRestarted(String why) {
        List<String> ended = before.keySet().stream().filter(this::restarted).toList();
        return ended.isEmpty() ? null : "ended by " + why + ": " + ended + " (expected: none)";
    }

    /**
     * What is wrong with the survivors, or null.
     *
     * @param noticed true when one of them must have excluded the other
     */
    @Nullable
    String problem(boolean noticed, Consumer<String> note) {
        List<String> went =
                before.keySet().stream().filter(name -> !restarted(name)).toList();
        note.accept("survivors: " + went);
        boolean good = went.size() == 1 || (!noticed && went.size() == before.size());
        return good ? null : "survivors: " + went + " (expected: exactly one of " + before.keySet() + ")";
    }
}
