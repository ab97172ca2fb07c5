/** Projects, their members and feature stores. */
@NullMarked
package io.hopyard.core.project;

import org.jspecify.annotations.NullMarked;
