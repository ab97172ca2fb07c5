/**
 * The log between writers and stores: the broker, who may write to which topic, the topics of feature groups, and the
 * ingester that brings logged rows into the online store.
 */
@NullMarked
package io.hopyard.stream;

import org.jspecify.annotations.NullMarked;
