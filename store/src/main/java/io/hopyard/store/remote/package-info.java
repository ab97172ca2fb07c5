/** The verbs of a data node over a socket: door, client, and a pair of clients that stands in for one. */
@NullMarked
package io.hopyard.store.remote;

import org.jspecify.annotations.NullMarked;
