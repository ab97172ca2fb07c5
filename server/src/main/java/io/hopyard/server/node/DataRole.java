package io.hopyard.server.node;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.DiskGuard;
import io.hopyard.store.StoreNode;
import io.hopyard.store.StoreSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a data node runs: the database. */
record DataRole(Database database, OnlineRows onlineRows, Part part) {
    private static final long PAGES_FIRST_BYTES = 64L << 20;

    static DataRole of(Surroundings around) {
        StoreSettings settings = settings(around);
        StoreNode store = new StoreNode(settings, around.clock(), around.ticker(), around.metrics());
        DiskReserve reserve = DiskReserve.of(around.get(AllSettings.DATABASE_DISK_RESERVE));
        DiskGuard guard = DiskGuard.of(settings.directory(), reserve, around.metrics());
        return new DataRole(
                guard.around(store.database()),
                guard.around(store.onlineRows()),
                new Part(
                        "database",
                        () -> store.start(around.get(AllSettings.DATABASE_START_TIMEOUT)),
                        store::close,
                        () -> trouble(store)));
    }

    private static @Nullable String trouble(StoreNode store) {
        String trouble = store.trouble();
        return trouble.isEmpty() ? null : trouble;
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
}
