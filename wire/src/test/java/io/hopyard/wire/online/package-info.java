@NullMarked
package io.hopyard.wire.online;

import org.jspecify.annotations.NullMarked;
