package io.hopyard.wire.mysql;

import io.hopyard.core.error.FeatureStoreException;

/**
 * A refusal with a MySQL error number and state. It never leaves this package; it exists beside
 * {@code FeatureStoreException} because drivers branch on these numbers and not on ours.
 */
final class MysqlError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String text;

    /** The errors of this door; what drivers make of the numbers is on the door's page of the wire contracts. */
    enum Kind {
        TOO_MANY_CONNECTIONS(1040, "08004"),
        BAD_HANDSHAKE(1043, "08S01"),
        DATABASE_DENIED(1044, "42000"),
        ACCESS_DENIED(1045, "28000"),
        UNKNOWN_COMMAND(1047, "08S01"),
        SHUTDOWN(1053, "08S01"),
        UNKNOWN_COLUMN(1054, "42S22"),
        SYNTAX(1064, "42000"),
        TABLE_DENIED(1142, "42000"),
        UNKNOWN_TABLE(1146, "42S02"),
        PACKET_TOO_LARGE(1153, "08S01"),
        PACKETS_OUT_OF_ORDER(1156, "08S01"),
        TRY_AGAIN(1205, "HY000"),
        NOT_SUPPORTED(1235, "42000"),
        WRONG_VALUE(1366, "HY000"),
        TIME_LIMIT(3024, "HY000"),
        INTERNAL(1105, "HY000");

        private final int number;
        private final String state;

        Kind(int number, String state) {
            this.number = number;
            this.state = state;
        }

        int number() {
            return number;
        }

        String state() {
            return state;
        }
    }

    MysqlError(Kind kind, String text) {
        super(text, null, false, false);
        this.kind = kind;
        this.text = text;
    }

    static MysqlError unsupported(String what) {
        return new MysqlError(Kind.NOT_SUPPORTED, "Hopyard's MySQL door does not support " + what);
    }

    static MysqlError of(FeatureStoreException failure) {
        Kind kind = switch (failure.code().kind()) {
            case UNAVAILABLE, EXHAUSTED, CONFLICT -> Kind.TRY_AGAIN;
            case USER -> Kind.NOT_SUPPORTED;
            case INTERNAL -> Kind.INTERNAL;
        };
        return switch (failure.code()) {
            case DEADLINE_EXCEEDED ->
                new MysqlError(
                        Kind.TIME_LIMIT,
                        "Query execution was interrupted, maximum statement execution time exceeded: "
                                + failure.text());
            case UNAUTHENTICATED, FORBIDDEN -> new MysqlError(Kind.TABLE_DENIED, failure.text());
            default -> new MysqlError(kind, failure.text());
        };
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return text;
    }
}
