@NullMarked
package io.hopyard.wire.http;

import org.jspecify.annotations.NullMarked;
