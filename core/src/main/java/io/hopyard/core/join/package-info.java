/** How a node becomes part of a cluster: tokens, requests, and who is let in. */
@NullMarked
package io.hopyard.core.join;

import org.jspecify.annotations.NullMarked;
