/** The REST API of the heads, as the public client speaks it. */
@NullMarked
package io.hopyard.wire.rest;

import org.jspecify.annotations.NullMarked;
