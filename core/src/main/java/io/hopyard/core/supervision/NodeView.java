package io.hopyard.core.supervision;

import io.hopyard.core.cluster.NodeRole;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node of the cluster as a head sees it.
 *
 * @param report null when the node is not seen
 */
public record NodeView(Registration registration, @Nullable NodeReport report) {
    /** The state of a node that is not seen. */
    public static final String DOWN = "down";

    public String name() {
        return registration.node().name();
    }

    public boolean is(NodeRole role) {
        return registration.node().roles().contains(role);
    }

    public boolean is(NodeState state) {
        return report != null && report.state() == state;
    }

    public boolean down() {
        return report == null;
    }

    /** A {@link NodeState}'s word, or {@link #DOWN}. */
    public String stateWord() {
        return report == null ? DOWN : report.state().word();
    }

    /** True when nothing is to be said against it. */
    public boolean healthy() {
        return trouble().isEmpty();
    }

    /** The first thing to say against it. */
    public Optional<String> trouble() {
        NodeReport now = report;
        if (now == null) {
            return Optional.of(
                    registration.wished().atRest()
                            ? "Is not seen, and need not be."
                            : "Is not seen, though it should be "
                                    + registration.wished().word() + ".");
        }
        String flapping = now.flapping() ? "Flaps: " + now.restarts() + " restarts. " : "";
        Optional<String> part = now.parts().stream()
                .filter(one -> !one.ready())
                .findFirst()
                .map(one -> one.name() + ": " + one.detail());
        return flapping.isEmpty() ? part : Optional.of((flapping + part.orElse("")).strip());
    }
}
