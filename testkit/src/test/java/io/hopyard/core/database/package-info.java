@NullMarked
package io.hopyard.core.database;

import org.jspecify.annotations.NullMarked;
