@NullMarked
package io.hopyard.core.project;

import org.jspecify.annotations.NullMarked;
