/** The online API: feature vectors and rows by key over HTTP. */
@NullMarked
package io.hopyard.wire.online;

import org.jspecify.annotations.NullMarked;
