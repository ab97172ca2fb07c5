package io.hopyard.core.ingest;

/** Why a row was set aside. Stored by name: names never change. */
public enum RejectReason {
    /** The bytes are not a record of the subject. */
    BAD_AVRO,
    /** A column of the primary key is null. */
    NULL_KEY,
    /** A value, the key or the row does not fit the online table. */
    BAD_VALUE,
    /** The headers name no group or another group than the topic's. */
    UNKNOWN_GROUP,
    /** The headers name no subject, or one that does not exist or does not describe rows of the group. */
    UNKNOWN_SUBJECT
}
