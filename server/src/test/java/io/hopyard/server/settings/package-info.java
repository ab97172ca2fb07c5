@NullMarked
package io.hopyard.server.settings;

import org.jspecify.annotations.NullMarked;
