/** What the online ingester decides and counts. */
@NullMarked
package io.hopyard.core.ingest;

import org.jspecify.annotations.NullMarked;
