/** One node: its roles, their parts in start order, and what holds them together. */
@NullMarked
package io.hopyard.server.node;

import org.jspecify.annotations.NullMarked;
