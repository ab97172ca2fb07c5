/** Seeded attacks on whole HTTP doors: who gets in, and what mutated requests do. */
@NullMarked
package io.hopyard.testkit.http;

import org.jspecify.annotations.NullMarked;
