@NullMarked
package io.hopyard.identity;

import org.jspecify.annotations.NullMarked;
