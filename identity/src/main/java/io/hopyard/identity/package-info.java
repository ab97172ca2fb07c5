/** The certificate authority of a cluster and what it issues. */
@NullMarked
package io.hopyard.identity;

import org.jspecify.annotations.NullMarked;
