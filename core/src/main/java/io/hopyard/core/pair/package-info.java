/** How the two data nodes of a pair may lose each other without losing a row: the record, the rules, the register. */
@NullMarked
package io.hopyard.core.pair;

import org.jspecify.annotations.NullMarked;
