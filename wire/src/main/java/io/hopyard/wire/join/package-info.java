/** How nodes join a cluster over HTTP: the routes of a head, and the client of who joins. */
@NullMarked
package io.hopyard.wire.join;

import org.jspecify.annotations.NullMarked;
