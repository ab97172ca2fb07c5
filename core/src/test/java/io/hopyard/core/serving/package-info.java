@NullMarked
package io.hopyard.core.serving;

import org.jspecify.annotations.NullMarked;
