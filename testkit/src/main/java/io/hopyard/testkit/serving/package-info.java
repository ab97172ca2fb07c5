/** The online rows fake and the contract that every implementation fulfils. */
@NullMarked
package io.hopyard.testkit.serving;

import org.jspecify.annotations.NullMarked;
