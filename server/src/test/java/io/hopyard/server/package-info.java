@NullMarked
package io.hopyard.server;

import org.jspecify.annotations.NullMarked;
