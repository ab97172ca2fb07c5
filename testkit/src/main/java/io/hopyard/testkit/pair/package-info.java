/** The register of a pair: its contract suite and a fake that fails on request. */
@NullMarked
package io.hopyard.testkit.pair;

import org.jspecify.annotations.NullMarked;
