package io.hopyard.server.node;

import io.hopyard.core.database.Database;
import io.hopyard.core.serving.OnlineRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the parts of a node find the rows: in its own process, or at the data nodes. */
interface Rows {
    Database database();

    OnlineRows onlineRows();

    /** In start order; rows can be read and written when all have started. */
    List<Part> parts();

    /** Null, or why rows cannot be read. */
    @Nullable
    String trouble();
}
