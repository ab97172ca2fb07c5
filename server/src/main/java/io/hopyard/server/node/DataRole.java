package io.hopyard.server.node;

import io.hopyard.core.database.Database;
import io.hopyard.core.serving.OnlineRows;
import java.util.List;

/** What a data node runs: the database. */
record DataRole(Database database, OnlineRows onlineRows, List<Part> parts) {
    static DataRole of(Surroundings around) {
        return new DataRole(
                new io.hopyard.testkit.database.MemoryDatabase(),
                new io.hopyard.testkit.serving.MemoryOnlineRows(around.clock()),
                List.of());
    }
}
