/** Tests of the stored record's format. */
@NullMarked
package io.hopyard.core.codec;

import org.jspecify.annotations.NullMarked;
