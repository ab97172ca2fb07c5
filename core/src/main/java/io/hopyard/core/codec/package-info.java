/** The versioned, tagged row format in which metadata is stored. */
@NullMarked
package io.hopyard.core.codec;

import org.jspecify.annotations.NullMarked;
