/** The MySQL door: the protocol that the public client's default online reader speaks. */
@NullMarked
package io.hopyard.wire.mysql;

import org.jspecify.annotations.NullMarked;
