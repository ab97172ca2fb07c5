package io.hopyard.wire.online;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.serving.VectorFault;
import org.jspecify.annotations.Nullable;

/**
 * A refusal on its way to the answer. It never leaves this package; it exists beside {@code FeatureStoreException} because
 * the contract of this door fixes status, text and number of its errors independently of our own codes.
 */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;
    private final ErrorCode code;
    private final String text;
    private final transient @Nullable VectorFault fault;

    private Refused(int httpStatus, ErrorCode code, String text, @Nullable VectorFault fault) {
        super(text, null, false, false);
        this.httpStatus = httpStatus;
        this.code = code;
        this.text = text;
        this.fault = fault;
    }

    /** A plain text refusal of the request itself, status 400. */
    static Refused request(String text) {
        return new Refused(400, ErrorCode.INVALID_REQUEST, text, null);
    }

    static Refused text(int httpStatus, ErrorCode code, String text) {
        return new Refused(httpStatus, code, text, null);
    }

    /** A refusal with a number of the feature-store contract. */
    static Refused fault(VectorFault fault) {
        ErrorCode code = switch (fault.kind()) {
            case VIEW_UNKNOWN, STORE_UNKNOWN, GROUP_UNKNOWN -> ErrorCode.FEATURE_VIEW_NOT_FOUND;
            case PASSED_TYPE, FEATURE_UNKNOWN, PASSED_VALUE -> ErrorCode.PASSED_FEATURE_REFUSED;
            case KEY_TYPE, KEY_UNKNOWN -> ErrorCode.SERVING_KEY_REFUSED;
            case VIEW_UNREADABLE, READ_FAILED -> ErrorCode.INTERNAL;
            case COMPLEX_UNREADABLE -> ErrorCode.COMPLEX_FEATURE_UNREADABLE;
        };
        return new Refused(fault.kind().httpStatus(), code, fault.message(), fault);
    }

    static Refused unavailable(VectorFault fault, ErrorCode code) {
        return new Refused(503, code, fault.message(), fault);
    }

    int httpStatus() {
        return httpStatus;
    }

    ErrorCode code() {
        return code;
    }

    String text() {
        return text;
    }

    @Nullable
    VectorFault fault() {
        return fault;
    }
}
