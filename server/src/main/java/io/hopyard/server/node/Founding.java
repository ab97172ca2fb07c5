package io.hopyard.server.node;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.AllSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a head does once, when its cluster is new: empty servers may then make up a quorum. A head that has lost its disk must
 * not, it would vote for what it has forgotten; so what was done is marked beside the node's identity, without which it is
 * another node. Used by one thread, except {@link #clusterIsNew}.
 */
final class Founding {
    private static final Logger LOG = LoggerFactory.getLogger(Founding.class);
    private static final String SERVED = "coordination-served";

    private final Surroundings around;
    private final Path identity;

    Founding(Surroundings around) {
        this.around = around;
        this.identity = around.data().resolve("identity");
    }

    /** True at the node that made the cluster's authority. */
    boolean founder() {
        return !Files.exists(identity.resolve("cluster.properties"));
    }

    /** True until this head's coordination has served for the first time; told to heads that join. */
    boolean clusterIsNew() {
        return founder() && !Files.exists(identity.resolve(SERVED));
    }

    void served() {
        mark(SERVED);
    }

    /** Something that lets this node's part of a service begin empty. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** Each head does it, if it came when the cluster was new. */
    void onEachHead(String what, Step step) {
        if (founder() || around.get(AllSettings.CLUSTER_FOUNDING)) {
            once(what, step);
        }
    }

    /** Only the founder does it. */
    void onFounder(String what, Step step) {
        if (founder()) {
            once(what, step);
        }
    }

    private void once(String what, Step step) {
        String name = what + "-founded";
        if (Files.exists(identity.resolve(name))) {
            return;
        }
        try {
            step.run();
        } catch (IOException e) {
            throw unavailable(e);
        }
        mark(name);
        LOG.atInfo().addKeyValue("what", what).log("The head has founded its part of a service.");
    }

    private void mark(String name) {
        Path file = identity.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private FeatureStoreException unavailable(IOException cause) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "founding marks in " + identity + ": " + cause.getMessage(), cause);
    }
}
