package io.hopyard.drill;

import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import java.nio.file.Path;

/**
 * What the nodes of a drill stand on: the machine as it is, or something in which a fault of network, disk or clock can be
 * caused. {@link #close} removes what was made and may be called by a second thread, when the drill is interrupted.
 */
interface Ground extends AutoCloseable {
    /** @param whole every kind of node three times over */
    LocalPlan plan(boolean whole);

    Launch launch(LocalNode node, Path data);

    @Override
    void close();

    /** Makes a ground. */
    @FunctionalInterface
    interface Maker {
        /**
         * @param scratch a directory that may be used and is removed afterwards
         * @throws NotHereException when this machine or this user cannot
         */
        Ground make(Path scratch);
    }

    /** The drill cannot be run here; the message says what is needed. */
    final class NotHereException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotHereException(String needed) {
            super(needed);
        }
    }
}
