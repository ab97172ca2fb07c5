package io.hopyard.store;

/** The same with a row cache that holds a small part of the rows. */
class EngineOnlineRowsSmallCacheTest extends EngineOnlineRowsTest {
    @Override
    StoreSettings.Memory memory() {
        return new StoreSettings.Memory(64 << 20, 256 << 20, 1 << 20);
    }
}
