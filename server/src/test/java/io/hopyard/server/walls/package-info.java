@NullMarked
package io.hopyard.server.walls;

import org.jspecify.annotations.NullMarked;
