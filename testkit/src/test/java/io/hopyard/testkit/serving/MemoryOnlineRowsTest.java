package io.hopyard.testkit.serving;

import io.hopyard.core.serving.OnlineRows;

class MemoryOnlineRowsTest extends OnlineRowsContract {
    private final MemoryOnlineRows rows = new MemoryOnlineRows(clock);

    @Override
    protected OnlineRows rows() {
        return rows;
    }
}
