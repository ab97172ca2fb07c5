@NullMarked
package io.hopyard.wire.rest;

import org.jspecify.annotations.NullMarked;
