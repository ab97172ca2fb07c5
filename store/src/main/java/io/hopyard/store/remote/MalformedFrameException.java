package io.hopyard.store.remote;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes that this protocol does not know; the connection that brought them is closed. */
final class MalformedFrameException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        this(message, null);
    }

    MalformedFrameException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
