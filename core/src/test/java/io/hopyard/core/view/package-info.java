/** Tests of queries, views and their texts. */
@NullMarked
package io.hopyard.core.view;

import org.jspecify.annotations.NullMarked;
