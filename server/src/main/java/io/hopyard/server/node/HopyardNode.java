package io.hopyard.server.node;

import io.hopyard.cluster.ZooKeeperNodes;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.Registration;
import io.hopyard.core.supervision.RestartBudget;
import io.hopyard.core.supervision.Supervision;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.core.time.Deadline;
import io.hopyard.server.join.JoinDoor;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Settings;
import io.hopyard.store.pair.Halt;
import io.hopyard.wire.health.HealthRoutes;
import io.hopyard.wire.health.PartHealth;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node, with one or more roles in one process. Its services start, stop and start again as is wished, while what it needs
 * to hear the wishes lives as long as the process. Start and close are called by one thread.
 */
public final class HopyardNode implements AutoCloseable {
    private static final Duration REGISTER_TIMEOUT = Duration.ofSeconds(20);

    private final Surroundings around;
    private final DataDirectory directory;
    private final NodeBase base;
    private final Services services;
    private final Supervisor supervisor;
    private final NodeReporter reporter;
    private final PartList parts;
    private final long startedMillis;
    /** As the node found it when it registered. */
    private volatile WishedState wishedFirst = WishedState.SERVING;

    private HopyardNode(Surroundings around, DataDirectory directory, NodeIdentity identity, Halt halt) {
        this.around = around;
        this.directory = directory;
        this.startedMillis = around.clock().millis();
        this.base = NodeBase.of(around, identity, halt, this::draining);
        CoordinationRole coordination = base.coordination();
        this.services = new Services(
                () -> new Wiring(base, halt), coordination.connection(), coordination.membership(), around.ticker());
        this.supervisor = new Supervisor(
                around,
                services,
                this::wished,
                new Supervision(
                        new Supervision.Patience(
                                around.get(AllSettings.RESTART_AFTER), around.get(AllSettings.DRAIN_MAX)),
                        RestartBudget.Limits.DEFAULT));
        this.reporter = new NodeReporter(coordination.nodes(), this::report);
        this.parts = new PartList(parts(coordination.nodes()), around.ticker());
    }

    /**
     * Holds the data directory, joins the cluster if that is still to be done, and wires the parts; nothing listens yet.
     *
     * @param token by which the node joins at its first start, or null
     * @param halt ends the process at once, for a data node that its pair went on without
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAVAILABLE} when the directory cannot be used,
     *     {@code JOIN_REFUSED} when the cluster does not take the node
     */
    public static HopyardNode open(Settings settings, Path data, @Nullable String token, Halt halt) {
        DataDirectory directory = DataDirectory.open(data);
        try {
            Surroundings own = Surroundings.of(settings, directory.path());
            Surroundings around = own.with(settings.with(JoinRole.ensure(own, token)));
            return new HopyardNode(around, directory, NodeIdentity.open(around), halt);
        } catch (RuntimeException e) {
            closeQuietly(directory, e);
            throw e;
        }
    }

    /** The health door comes first, so that it answers while the others start, and goes last. */
    private List<Part> parts(ZooKeeperNodes nodes) {
        HttpDoor health = new HttpDoor(
                HttpSettings.at(
                        "health", around.address(AllSettings.HEALTH_ADDRESS), around.get(AllSettings.HEALTH_PORT)),
                new HealthRoutes(this::health, around.metrics()).routes(),
                new HttpDoor.Parts(
                        JoinDoor.NO_KEYS,
                        KeySource.AUTHORIZATION,
                        ErrorWriter.REST,
                        around.metrics(),
                        around.ticker()));
        List<Part> all = new ArrayList<>();
        all.add(new Part("health", health::start, health::close));
        all.addAll(base.parts());
        all.add(new Part("nodes", () -> register(nodes), () -> {
            reporter.close();
            nodes.close();
        }));
        all.add(new Part("supervisor", supervisor::start, supervisor::close));
        return all;
    }

    private void register(ZooKeeperNodes nodes) {
        nodes.start(supervisor::nudge);
        try {
            Deadline deadline = Deadline.after(around.ticker(), REGISTER_TIMEOUT);
            wishedFirst =
                    base.fleet().register(base.coordination().self(), deadline).wished();
        } catch (FeatureStoreException e) {
            nodes.close();
            throw e;
        }
        reporter.start();
    }

    /** As last heard; another node that has got this one's name speaks for itself. */
    private WishedState wished() {
        Registration own = base.coordination().nodes().ownRegistration();
        if (own == null) {
            return wishedFirst;
        }
        boolean mine = own.node().id().equals(base.coordination().self().id());
        return mine ? own.wished() : WishedState.REMOVED;
    }

    private boolean draining() {
        return services.draining();
    }

    private NodeReport report() {
        Supervisor.Seen seen = supervisor.seen();
        return new NodeReport(
                base.coordination().self().id(),
                NodeReporter.version(),
                startedMillis,
                seen.state(),
                seen.sinceMillis(),
                seen.restarts(),
                seen.flapping(),
                services.leads(),
                NodeReporter.parts(health()));
    }

    private static void closeQuietly(DataDirectory directory, Throwable cause) {
        try {
            directory.close();
        } catch (IOException suppressed) {
            cause.addSuppressed(suppressed);
        }
    }

    /** @throws Exception why a part cannot start; then everything is closed again */
    public void start() throws Exception {
        parts.start();
    }

    /** The parts of the process, then those of its services. */
    public List<PartHealth> health() {
        List<PartHealth> health = new ArrayList<>(parts.health());
        health.add(supervisor.health());
        health.addAll(services.health());
        return health;
    }

    /** Where the first administrator's key lies. */
    public Path adminKeyFile() {
        return AdminKey.file(around.data());
    }

    @Override
    public void close() {
        parts.close();
        IllegalStateException failures = new IllegalStateException("the data directory could not be released");
        closeQuietly(directory, failures);
    }
}
