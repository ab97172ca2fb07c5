package io.hopyard.server.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How the process of a node is started, beside what its plan says.
 *
 * @param prefix command that becomes the node's process, such as {@code ip netns exec NAME}; empty for none
 * @param environment variables that are added
 * @param options of the command {@code node} that are added
 */
public record Launch(List<String> prefix, Map<String, String> environment, List<String> options) {
    /** As any other process of this machine. */
    public static final Launch PLAIN = new Launch(List.of(), Map.of(), List.of());

    public Launch {
        prefix = List.copyOf(prefix);
        environment = Map.copyOf(environment);
        options = List.copyOf(options);
    }

    /** Says how each node is started. */
    @FunctionalInterface
    public interface Source {
        /**
         * Asked before each start of the node, also before the first.
         *
         * @param data the node's data directory, which exists
         */
        Launch of(LocalNode node, Path data);
    }
}
