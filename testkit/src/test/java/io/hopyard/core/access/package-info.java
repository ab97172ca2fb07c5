@NullMarked
package io.hopyard.core.access;

import org.jspecify.annotations.NullMarked;
