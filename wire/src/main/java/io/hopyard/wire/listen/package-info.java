/** What the listeners of all doors have in common. */
@NullMarked
package io.hopyard.wire.listen;

import org.jspecify.annotations.NullMarked;
