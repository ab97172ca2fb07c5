/** What each node of a cluster shall do, what it does, and what its supervisor does about the difference. */
@NullMarked
package io.hopyard.core.supervision;

import org.jspecify.annotations.NullMarked;
