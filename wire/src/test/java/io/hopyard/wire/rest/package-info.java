/** Tests of the REST API over real HTTP. */
@NullMarked
package io.hopyard.wire.rest;

import org.jspecify.annotations.NullMarked;
