package io.hopyard.core.ingest;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row of the log that could not be applied.
 *
 * @param partition of the group's topic
 * @param offset in that partition
 * @param detail what was wrong and what was expected, at most {@link #DETAIL_CHARACTERS_MAX} characters
 * @param ingestionId the ingestion in which it was counted, or null
 * @param payload the first bytes of the value, at most {@link #PAYLOAD_BYTES_MAX}; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // rejected rows are never compared by value
public record RejectedRow(
        int partition,
        long offset,
        Instant at,
        RejectReason reason,
        String detail,
        @Nullable Long ingestionId,
        byte[] payload) {
    public static final int DETAIL_CHARACTERS_MAX = 500;
    public static final int PAYLOAD_BYTES_MAX = 256;

    public RejectedRow {
        detail = detail.length() <= DETAIL_CHARACTERS_MAX ? detail : detail.substring(0, DETAIL_CHARACTERS_MAX);
        payload = payload.length <= PAYLOAD_BYTES_MAX ? payload : Arrays.copyOf(payload, PAYLOAD_BYTES_MAX);
    }
}
