/** Administration from the command line: the client's side of the REST API. */
@NullMarked
package io.hopyard.wire.admin;

import org.jspecify.annotations.NullMarked;
