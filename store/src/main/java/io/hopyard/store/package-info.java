/**
 * The database of a data node on an embedded engine: {@link io.hopyard.store.StoreNode} starts and stops it and hands out
 * the metadata rows and the online rows. Nothing of the engine is visible outside.
 */
@NullMarked
package io.hopyard.store;

import org.jspecify.annotations.NullMarked;
