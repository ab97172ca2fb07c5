/** The database fake and the contract that every database fulfils. */
@NullMarked
package io.hopyard.testkit.database;

import org.jspecify.annotations.NullMarked;
