@NullMarked
package io.hopyard.wire.health;

import org.jspecify.annotations.NullMarked;
