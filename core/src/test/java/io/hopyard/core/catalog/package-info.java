/** Tests of the catalogue's rows and checks. */
@NullMarked
package io.hopyard.core.catalog;

import org.jspecify.annotations.NullMarked;
