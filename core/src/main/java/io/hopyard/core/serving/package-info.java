/** Online rows and the assembly of feature vectors. */
@NullMarked
package io.hopyard.core.serving;

import org.jspecify.annotations.NullMarked;
