/** Tests with a real server and real TLS. */
@NullMarked
package io.hopyard.cluster;

import org.jspecify.annotations.NullMarked;
