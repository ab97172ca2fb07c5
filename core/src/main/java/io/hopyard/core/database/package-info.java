/** The verbs through which everybody uses the database. */
@NullMarked
package io.hopyard.core.database;

import org.jspecify.annotations.NullMarked;
