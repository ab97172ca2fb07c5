@NullMarked
package io.hopyard.wire.mysql;

import org.jspecify.annotations.NullMarked;
