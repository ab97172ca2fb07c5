/** Feature groups, their features and types. */
@NullMarked
package io.hopyard.core.feature;

import org.jspecify.annotations.NullMarked;
