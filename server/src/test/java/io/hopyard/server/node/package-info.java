@NullMarked
package io.hopyard.server.node;

import org.jspecify.annotations.NullMarked;
