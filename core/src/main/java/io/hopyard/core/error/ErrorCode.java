package io.hopyard.core.error;

import java.util.Locale;

/**
 * Every error that leaves Hopyard. A number never changes its meaning and is never used again. Numbers below 700000 are
 * those of the public REST contract, on which clients branch; 700000 and above are Hopyard's own.
 */
public enum ErrorCode {
    PROJECT_EXISTS(150001, 409, ErrorKind.CONFLICT),
    PROJECT_NOT_FOUND(150004, 404, ErrorKind.USER),
    JOB_NOT_FOUND(130009, 404, ErrorKind.USER),
    LOG_FILE_NOT_FOUND(110021, 400, ErrorKind.USER),
    SECRET_NOT_FOUND(160048, 404, ErrorKind.USER),
    USER_VARIABLE_NOT_FOUND(160070, 404, ErrorKind.USER),
    DEPLOYMENT_NOT_FOUND(240000, 404, ErrorKind.USER),
    FEATURE_GROUP_NOT_FOUND(270009, 404, ErrorKind.USER),
    TRAINING_DATASET_NOT_FOUND(270012, 404, ErrorKind.USER),
    STORAGE_CONNECTOR_NOT_FOUND(270042, 404, ErrorKind.USER),
    TRANSFORMATION_FUNCTION_NOT_FOUND(270160, 404, ErrorKind.USER),
    EVENT_TIME_NOT_FOUND(270172, 400, ErrorKind.USER),
    FEATURE_VIEW_NOT_FOUND(270181, 404, ErrorKind.USER),
    COMMIT_NOT_FOUND(270227, 404, ErrorKind.USER),
    STATISTICS_NOT_FOUND(270228, 404, ErrorKind.USER),
    FEATURE_LOGGING_NOT_ENABLED(270248, 404, ErrorKind.USER),
    PYTHON_ENVIRONMENT_NOT_FOUND(300000, 404, ErrorKind.USER),
    MODEL_NOT_FOUND(360000, 404, ErrorKind.USER),
    TAG_NOT_FOUND(370002, 404, ErrorKind.USER),

    INVALID_REQUEST(700001, 400, ErrorKind.USER),
    INVALID_JSON(700002, 400, ErrorKind.USER),
    PAYLOAD_TOO_LARGE(700003, 413, ErrorKind.EXHAUSTED),
    UNKNOWN_PARAMETER(700004, 400, ErrorKind.USER),
    ROUTE_NOT_FOUND(700005, 404, ErrorKind.USER),
    METHOD_NOT_ALLOWED(700006, 405, ErrorKind.USER),
    NOT_AVAILABLE(700007, 501, ErrorKind.USER),
    INTERNAL(700008, 500, ErrorKind.INTERNAL),
    UNAVAILABLE(700009, 503, ErrorKind.UNAVAILABLE),
    DEADLINE_EXCEEDED(700010, 503, ErrorKind.UNAVAILABLE),
    OUTCOME_UNKNOWN(700011, 503, ErrorKind.UNAVAILABLE),
    TOO_MANY_REQUESTS(700012, 429, ErrorKind.EXHAUSTED),
    VARIABLE_NOT_FOUND(700013, 404, ErrorKind.USER),

    UNAUTHENTICATED(700101, 401, ErrorKind.USER),
    FORBIDDEN(700102, 403, ErrorKind.USER),
    USER_NOT_FOUND(700103, 404, ErrorKind.USER),
    USER_EXISTS(700104, 409, ErrorKind.CONFLICT),
    API_KEY_NOT_FOUND(700105, 404, ErrorKind.USER),
    API_KEY_EXISTS(700106, 409, ErrorKind.CONFLICT),
    MEMBER_NOT_FOUND(700107, 404, ErrorKind.USER),

    FEATURE_STORE_NOT_FOUND(700201, 404, ErrorKind.USER),
    FEATURE_GROUP_EXISTS(700202, 409, ErrorKind.CONFLICT),
    FEATURE_VIEW_EXISTS(700203, 409, ErrorKind.CONFLICT),
    INVALID_FEATURE_GROUP(700204, 400, ErrorKind.USER),
    INVALID_FEATURE_VIEW(700205, 400, ErrorKind.USER),
    INVALID_QUERY(700206, 400, ErrorKind.USER),
    CONCURRENT_CHANGE(700207, 409, ErrorKind.CONFLICT),
    NOT_EMPTY(700208, 409, ErrorKind.CONFLICT),
    SUBJECT_NOT_FOUND(700209, 404, ErrorKind.USER),
    EXECUTION_NOT_FOUND(700210, 404, ErrorKind.USER),
    INGESTION_NOT_FOUND(700211, 404, ErrorKind.USER),
    TRANSFORMATION_FUNCTION_EXISTS(700212, 409, ErrorKind.CONFLICT),
    INVALID_TRAINING_DATASET(700213, 400, ErrorKind.USER),
    DATASET_NOT_FOUND(700214, 404, ErrorKind.USER),

    SERVING_KEY_REFUSED(700301, 400, ErrorKind.USER),
    PASSED_FEATURE_REFUSED(700302, 400, ErrorKind.USER),
    COMPLEX_FEATURE_UNREADABLE(700303, 500, ErrorKind.INTERNAL),
    ONLINE_TABLE_NOT_FOUND(700304, 404, ErrorKind.USER),
    ONLINE_COLUMN_NOT_FOUND(700305, 400, ErrorKind.USER),
    PRIMARY_KEY_REFUSED(700306, 400, ErrorKind.USER),

    TOPIC_NOT_FOUND(700401, 404, ErrorKind.USER),

    SLOT_MOVED(700501, 503, ErrorKind.UNAVAILABLE),
    SLOT_PAUSED(700502, 503, ErrorKind.UNAVAILABLE),

    JOIN_REFUSED(700601, 409, ErrorKind.CONFLICT),
    NODE_NOT_FOUND(700602, 404, ErrorKind.USER),
    /** A node cannot be brought into the wished state without harm. */
    NODE_STATE_REFUSED(700603, 409, ErrorKind.CONFLICT);

    private final int number;
    private final int httpStatus;
    private final ErrorKind kind;

    ErrorCode(int number, int httpStatus, ErrorKind kind) {
        this.number = number;
        this.httpStatus = httpStatus;
        this.kind = kind;
    }

    /** The number that clients see and branch on. */
    public int number() {
        return number;
    }

    /** The HTTP status that goes with it on a door that has no other rule. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Who has to act. */
    public ErrorKind kind() {
        return kind;
    }

    /** True when the same request, unchanged, may work later. */
    public boolean retryable() {
        return kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.EXHAUSTED || this == CONCURRENT_CHANGE;
    }

    /** A short constant sentence for people, without any value. */
    public String title() {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }
}
