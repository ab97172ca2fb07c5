/** The settings of a node: one file, typed, every problem reported at once. */
@NullMarked
package io.hopyard.server.settings;

import org.jspecify.annotations.NullMarked;
