@NullMarked
package io.hopyard.server.join;

import org.jspecify.annotations.NullMarked;
