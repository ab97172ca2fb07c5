package io.hopyard.core.serving;

/**
 * Why a feature vector cannot be given, with the numbers and reasons of the public online contract.
 */
public record VectorFault(Kind kind, String message) {
    /** The kinds; {@link #code()} is the number that clients branch on. */
    public enum Kind {
        VIEW_UNKNOWN(1, "Feature view does not exist.", 400),
        STORE_UNKNOWN(2, "Feature store does not exist.", 400),
        GROUP_UNKNOWN(3, "Feature group does not exist.", 400),
        VIEW_UNREADABLE(6, "Reading feature view failed.", 500),
        PASSED_TYPE(10, "Wrong data type.", 400),
        KEY_TYPE(10, "Wrong data type.", 415),
        FEATURE_UNKNOWN(11, "Feature does not exist.", 400),
        KEY_UNKNOWN(12, "Incorrect primary key.", 400),
        PASSED_VALUE(13, "Incorrect passed feature.", 400),
        READ_FAILED(14, "Reading from db failed.", 500),
        COMPLEX_UNREADABLE(19, "Deserialising complex feature failed.", 500);

        private final int code;
        private final String reason;
        private final int httpStatus;

        Kind(int code, String reason, int httpStatus) {
            this.code = code;
            this.reason = reason;
            this.httpStatus = httpStatus;
        }

        public int code() {
            return code;
        }

        public String reason() {
            return reason;
        }

        /** What the vector routes answer, see section 9.2 of the contract. */
        public int httpStatus() {
            return httpStatus;
        }
    }
}
