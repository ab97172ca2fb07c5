@NullMarked
package io.hopyard.store.remote;

import org.jspecify.annotations.NullMarked;
