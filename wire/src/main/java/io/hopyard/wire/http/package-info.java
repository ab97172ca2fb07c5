/** Routes, exchanges and answers: the frame in which every HTTP door is written. */
@NullMarked
package io.hopyard.wire.http;

import org.jspecify.annotations.NullMarked;
