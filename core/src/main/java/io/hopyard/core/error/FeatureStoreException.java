package io.hopyard.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The only exception by which Hopyard refuses a caller. The message says the value that was wrong and what was expected,
 * for example {@code version: 0 (expected: >= 1)}, and never a secret.
 */
public final class FeatureStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public FeatureStoreException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public FeatureStoreException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** The message; unlike {@link #getMessage()} never null. */
    public String text() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }
}
