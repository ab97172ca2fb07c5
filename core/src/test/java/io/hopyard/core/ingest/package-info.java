@NullMarked
package io.hopyard.core.ingest;

import org.jspecify.annotations.NullMarked;
