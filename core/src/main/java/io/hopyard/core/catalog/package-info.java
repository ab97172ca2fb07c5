/**
 * What a project's feature store remembers: feature groups, subjects, functions, jobs, and what is attached to them.
 */
@NullMarked
package io.hopyard.core.catalog;

import org.jspecify.annotations.NullMarked;
