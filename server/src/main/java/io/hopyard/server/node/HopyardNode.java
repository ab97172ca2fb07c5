package io.hopyard.server.node;

import io.hopyard.core.access.Gate;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node, with one or more roles in one process. Start and close are called by one thread.
 */
public final class HopyardNode implements AutoCloseable {
    private final Surroundings around;
    private final DataDirectory directory;
    private final PartList parts;

    private HopyardNode(Surroundings around, DataDirectory directory, PartList parts) {
        this.around = around;
        this.directory = directory;
        this.parts = parts;
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
            Wiring wiring = new Wiring(around, NodeIdentity.open(around), halt);
            return new HopyardNode(around, directory, withHealth(around, wiring.gate(), wiring.parts()));
        } catch (RuntimeException e) {
            closeQuietly(directory, e);
            throw e;
        }
    }

    private static void closeQuietly(DataDirectory directory, Throwable cause) {
        try {
            directory.close();
        } catch (IOException suppressed) {
            cause.addSuppressed(suppressed);
        }
    }

    /** The health door comes first, so that it answers while the others start, and goes last. */
    private static PartList withHealth(Surroundings around, Gate gate, List<Part> parts) {
        PartList[] list = new PartList[1];
        HttpDoor health = new HttpDoor(
                HttpSettings.at(
                        "health", around.address(AllSettings.HEALTH_ADDRESS), around.get(AllSettings.HEALTH_PORT)),
                new HealthRoutes(() -> list[0] == null ? List.of() : list[0].health(), around.metrics()).routes(),
                new HttpDoor.Parts(gate, KeySource.AUTHORIZATION, ErrorWriter.REST, around.metrics(), around.ticker()));
        List<Part> all = new ArrayList<>();
        all.add(new Part("health", health::start, health::close));
        all.addAll(parts);
        list[0] = new PartList(all, around.ticker());
        return list[0];
    }

    /** @throws Exception why a part cannot start; then everything is closed again */
    public void start() throws Exception {
        parts.start();
    }

    public List<PartHealth> health() {
        return parts.health();
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
