/** The front door: what the command line starts. */
@NullMarked
package io.hopyard.server;

import org.jspecify.annotations.NullMarked;
