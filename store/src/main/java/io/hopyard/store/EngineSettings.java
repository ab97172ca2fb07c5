package io.hopyard.store;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.store.pair.PairGate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.SystemDataRegionConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.apache.ignite.failure.StopNodeOrHaltFailureHandler;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.jspecify.annotations.Nullable;

/** The settings of the engine that follow from those of the node. */
final class EngineSettings {
    static final String METADATA = "metadata";
    static final String ONLINE = "online";

    private static final int MIB = 1 << 20;
    private static final Duration FAILURE_DETECTION = Duration.ofSeconds(2);
    private static final Duration FAILURE_STOP = Duration.ofSeconds(1);
    private static final Duration CHECKPOINT = Duration.ofMinutes(3);

    private EngineSettings() {}

    /**
     * What the engine takes from system properties only: no banners on the console, no call to its maker, no stop of its
     * own when the process ends, since the node stops its parts in order, and no record of page locks, which costs every
     * access to a page.
     */
    static void quietProperties() {
        Map.of(
                        "IGNITE_QUIET", "false",
                        "IGNITE_NO_ASCII", "true",
                        "IGNITE_UPDATE_NOTIFIER", "false",
                        "IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED", "true",
                        "IGNITE_NO_SHUTDOWN_HOOK", "true",
                        "IGNITE_PAGE_LOCK_TRACKER_TYPE", "-1")
                .forEach((name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }

    /**
     * How a member of a pair is bound to the other one.
     *
     * @param tls null = connections in clear
     */
    record Ring(
            Incarnation me,
            PairGate gate,
            GuardedDiscovery discovery,
            GuardedCommunication communication,
            Duration failureDetection,
            @Nullable SSLContext tls) {}

    /** The engine of a node without a peer. */
    static IgniteConfiguration of(StoreSettings settings, Mirrors mirrors) {
        return of(settings, mirrors, new TcpDiscoverySpi(), new TcpCommunicationSpi(), FAILURE_DETECTION);
    }

    /** The engine of a member of a pair. */
    static IgniteConfiguration of(StoreSettings settings, Mirrors mirrors, Ring ring) {
        SSLContext tls = ring.tls();
        return of(settings, mirrors, ring.discovery(), ring.communication(), ring.failureDetection())
                .setPluginProviders(new RingDoor(ring.gate()))
                .setUserAttributes(GuardedDiscovery.attributes(ring.me()))
                // The engine asks for certificates at both ends.
                .setSslContextFactory(tls == null ? null : () -> tls);
    }

    private static IgniteConfiguration of(
            StoreSettings settings,
            Mirrors mirrors,
            TcpDiscoverySpi discovery,
            TcpCommunicationSpi communication,
            Duration failureDetection) {
        StoreSettings.Address address = settings.address();
        String directory = settings.directory().toAbsolutePath().toString();
        return new IgniteConfiguration()
                .setIgniteInstanceName("store-" + settings.consistentId() + "-" + address.bindAddress() + "-"
                        + address.discoveryPort())
                .setConsistentId(settings.consistentId())
                .setGridLogger(new EngineLog())
                .setWorkDirectory(directory)
                .setLocalHost(address.bindAddress())
                .setDiscoverySpi(discovery
                        .setLocalPort(address.discoveryPort())
                        .setLocalPortRange(0)
                        .setIpFinder(new PairFinder(settings)))
                .setCommunicationSpi(prepared(communication, address))
                .setFailureDetectionTimeout(failureDetection.toMillis())
                .setSystemWorkerBlockedTimeout(Duration.ofHours(1).toMillis())
                .setFailureHandler(new StopNodeOrHaltFailureHandler(true, FAILURE_STOP.toMillis()))
                .setDataStorageConfiguration(storage(settings))
                .setCacheConfiguration(
                        cache(METADATA, new PairAffinity(MetadataKey.PARTITIONS)),
                        cache(ONLINE, new PairAffinity(StoredKey.PARTITIONS)))
                .setLifecycleBeans(mirrors)
                .setPeerClassLoadingEnabled(false)
                .setClientConnectorConfiguration(null)
                .setConnectorConfiguration(null)
                .setMetricsLogFrequency(0)
                .setStripedPoolSize(2)
                .setPublicThreadPoolSize(2)
                .setSystemThreadPoolSize(4)
                .setServiceThreadPoolSize(1)
                .setManagementThreadPoolSize(2)
                .setUtilityCachePoolSize(2)
                .setQueryThreadPoolSize(2)
                .setDataStreamerThreadPoolSize(1)
                .setAsyncCallbackPoolSize(1)
                .setPeerClassLoadingThreadPoolSize(1)
                .setBuildIndexThreadPoolSize(1)
                .setSnapshotThreadPoolSize(1)
                .setRebalanceThreadPoolSize(1);
    }

    private static TcpCommunicationSpi prepared(TcpCommunicationSpi communication, StoreSettings.Address address) {
        communication.setLocalPort(address.communicationPort());
        communication.setLocalPortRange(0);
        communication.setSocketSendBuffer(MIB);
        communication.setSocketReceiveBuffer(MIB);
        communication.setSelectorsCount(1);
        return communication;
    }

    /** The engine's log without a second copy of it: half a gigabyte at most, small segments. */
    private static DataStorageConfiguration storage(StoreSettings settings) {
        String directory = settings.directory().toAbsolutePath().toString();
        StoreSettings.Memory memory = settings.memory();
        DataRegionConfiguration region = new DataRegionConfiguration()
                .setName("rows")
                .setPersistenceEnabled(true)
                .setInitialSize(memory.pagesFirstBytes())
                .setMaxSize(memory.pagesMaxBytes())
                .setCheckpointPageBufferSize(memory.pagesMaxBytes() / 4);
        return new DataStorageConfiguration()
                .setDefaultDataRegionConfiguration(region)
                .setSystemDataRegionConfiguration(new SystemDataRegionConfiguration()
                        .setInitialSize(10L * MIB)
                        .setMaxSize(40L * MIB))
                .setStoragePath(directory + "/db")
                .setWalPath(directory + "/wal")
                .setWalArchivePath(directory + "/wal")
                .setWalMode(
                        switch (settings.durability()) {
                            case OPERATING_SYSTEM -> WALMode.LOG_ONLY;
                            case DISK -> WALMode.FSYNC;
                        })
                .setWalSegmentSize(16 * MIB)
                .setWalSegments(4)
                .setMaxWalArchiveSize(512L * MIB)
                .setCheckpointFrequency(CHECKPOINT.toMillis())
                .setCheckpointThreads(2)
                .setWriteThrottlingEnabled(true);
    }

    private static CacheConfiguration<byte[], byte[]> cache(String name, PairAffinity affinity) {
        return new CacheConfiguration<byte[], byte[]>(name)
                .setCacheMode(CacheMode.PARTITIONED)
                .setAtomicityMode(CacheAtomicityMode.TRANSACTIONAL)
                .setBackups(1)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setReadFromBackup(true)
                .setPartitionLossPolicy(PartitionLossPolicy.READ_WRITE_SAFE)
                .setAffinity(affinity)
                .setInterceptor(new MirrorInterceptor(name));
    }
}
