/** Which member of a pair of data nodes is asked, when its twin is asked too, and what the answers mean together. */
@NullMarked
package io.hopyard.core.routing;

import org.jspecify.annotations.NullMarked;
