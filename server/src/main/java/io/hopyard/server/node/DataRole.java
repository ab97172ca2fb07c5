package io.hopyard.server.node;

import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.ZooKeeperPairRegister;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.Pair;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.DiskGuard;
import io.hopyard.store.RunningDatabase;
import io.hopyard.store.RunningOnlineRows;
import io.hopyard.store.StoreNode;
import io.hopyard.store.StoreSettings;
import io.hopyard.store.pair.Halt;
import io.hopyard.store.pair.Pairing;
import io.hopyard.store.remote.DataDoor;
import io.hopyard.store.remote.DoorSettings;
import io.hopyard.store.remote.NodeTls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a data node runs: its member of a pair, and the door at which the other nodes ask for rows. Where it stands and who its
 * peer is are known only when it has started.
 */
final class DataRole implements Rows {
    private static final long PAGES_FIRST_BYTES = 64L << 20;

    private final Surroundings around;
    private final NodeIdentity identity;
    private final Coordination coordination;
    private final NodeGates gates;
    private final DataNodes nodes;
    private final Database database;
    private final OnlineRows onlineRows;
    private final DataDoor door;
    private final DiskGuard guard;
    private final PairDisks disks;
    private final Halt halt;
    private volatile @Nullable StoreNode store;

    /** @param halt for a node that its pair went on without */
    DataRole(Surroundings around, NodeIdentity identity, CoordinationRole cluster, DataNodes nodes, Halt halt) {
        this.halt = halt;
        this.around = around;
        this.identity = identity;
        this.coordination = cluster.connection();
        this.gates = cluster.gates();
        this.nodes = nodes;
        this.disks = new PairDisks(coordination, around.get(AllSettings.NODE_NAME));
        this.guard = DiskGuard.of(
                around.data().resolve("database"),
                DiskReserve.of(around.get(AllSettings.DATABASE_DISK_RESERVE)),
                disks::full,
                around.metrics());
        this.database = guard.around(new RunningDatabase(() -> running().database()));
        this.onlineRows = guard.around(new RunningOnlineRows(() -> running().onlineRows()));
        this.door = new DataDoor(
                DoorSettings.of(
                        around.address(AllSettings.DATABASE_ADDRESS), around.get(AllSettings.DATABASE_DOOR_PORT)),
                new NodeTls(identity.node().sslContext(), gates.ofNodes()),
                new DataDoor.Backend(
                        database,
                        onlineRows,
                        () -> {
                            guard.check("slots");
                            StoreNode running = running();
                            return new DataDoor.Slots(running.slots(), running.slotScan());
                        },
                        around.ticker()),
                around.metrics());
        cluster.revocations().listen(door::recheck);
    }

    private StoreNode running() {
        StoreNode running = store;
        if (running == null) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the store of this node does not run");
        }
        return running;
    }

    @Override
    public Database database() {
        return database;
    }

    @Override
    public OnlineRows onlineRows() {
        return onlineRows;
    }

    @Override
    public List<Part> parts() {
        return List.of(
                new Part("database", this::start, this::close, this::trouble),
                new Part("data-door", door::start, door::close));
    }

    private void start() {
        int copies = around.get(AllSettings.DATABASE_COPIES);
        Deadline deadline = Deadline.after(around.ticker(), around.get(AllSettings.CLUSTER_START_TIMEOUT));
        Pair pair =
                nodes.takePlace(own(), copies, place -> register(place.number()).read(deadline) != null, deadline);
        if (copies > 1) {
            disks.start(pair.number(), guard);
        }
        StoreSettings settings = settings(around);
        StoreNode fresh = copies == 1
                ? new StoreNode(settings, around.clock(), around.ticker(), around.metrics())
                : new StoreNode(
                        settings.with(new StoreSettings.Pair(around.get(AllSettings.DATABASE_LEASE_PORT), this::peer)),
                        around.clock(),
                        around.ticker(),
                        around.metrics(),
                        pairing(pair.number()));
        fresh.start(around.get(AllSettings.DATABASE_START_TIMEOUT));
        store = fresh;
    }

    private void close() {
        disks.close();
        StoreNode running = store;
        if (running != null) {
            running.close();
        }
    }

    private DataNode own() {
        return new DataNode(
                around.get(AllSettings.NODE_NAME),
                around.get(AllSettings.NODE_ZONE),
                around.at(AllSettings.DATABASE_ADDRESS, AllSettings.DATABASE_DOOR_PORT),
                around.at(AllSettings.DATABASE_ADDRESS, AllSettings.DATABASE_PORT),
                around.at(AllSettings.DATABASE_ADDRESS, AllSettings.DATABASE_COMMUNICATION_PORT),
                around.at(AllSettings.DATABASE_ADDRESS, AllSettings.DATABASE_LEASE_PORT));
    }

    /** As the placement has it now: it may be another one than at the start of this node. */
    private StoreSettings.@Nullable Peer peer() {
        DataNode peer = nodes.peerOf(around.get(AllSettings.NODE_NAME));
        if (peer == null) {
            return null;
        }
        int colon = peer.ring().lastIndexOf(':');
        return new StoreSettings.Peer(
                peer.name(),
                new StoreSettings.Address(peer.ring().substring(0, colon), port(peer.ring()), port(peer.exchange())),
                port(peer.lease()));
    }

    private ZooKeeperPairRegister register(int pair) {
        return new ZooKeeperPairRegister(coordination, Integer.toString(pair), around.ticker());
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private Pairing pairing(int pair) {
        return new Pairing(
                register(pair),
                identity.node()::sslContext,
                gates.of(Set.of(NodeRole.DATA)),
                halt,
                Timings.DEFAULT.withOnlineReadStaleness(around.get(AllSettings.ONLINE_READ_STALENESS_MAX)),
                around.random());
    }

    private static StoreSettings settings(Surroundings around) {
        return new StoreSettings(
                around.data().resolve("database"),
                around.get(AllSettings.NODE_NAME),
                new StoreSettings.Address(
                        around.address(AllSettings.DATABASE_ADDRESS),
                        around.get(AllSettings.DATABASE_PORT),
                        around.get(AllSettings.DATABASE_COMMUNICATION_PORT)),
                new StoreSettings.Memory(
                        PAGES_FIRST_BYTES,
                        around.get(AllSettings.DATABASE_MEMORY_MAX),
                        around.get(AllSettings.DATABASE_ROW_CACHE_MAX)),
                switch (around.get(AllSettings.DATABASE_SYNC)) {
                    case LOG_ONLY -> StoreSettings.Durability.OPERATING_SYSTEM;
                    case FSYNC -> StoreSettings.Durability.DISK;
                },
                retention(around));
    }

    /** Traces of deletes must outlive every replay of the log. */
    private static Duration retention(Surroundings around) {
        Duration log = around.get(AllSettings.LOG_RETENTION);
        Duration twice = log.multipliedBy(2);
        return twice.compareTo(StoreSettings.RETENTION) > 0 ? twice : StoreSettings.RETENTION;
    }

    @Override
    public @Nullable String trouble() {
        StoreNode running = store;
        if (running == null) {
            return "The store does not run.";
        }
        String trouble = running.trouble();
        return trouble.isEmpty() ? null : trouble;
    }
}
