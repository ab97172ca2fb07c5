package io.hopyard.core.cluster;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of nodes count no more: by name, all that are valid from a moment or from before it. One that is issued
 * later counts, so a node of that name may join again with a new token. Immutable.
 *
 * @param upTo the moment by name of the node, to the second, as certificates have it
 */
public record Revocations(SortedMap<String, Instant> upTo) {
    public static final Revocations NONE = new Revocations(Collections.emptySortedMap());
    /** So many fit into one entry of coordination. */
    static final int NODES_MAX = 8_192;

    private static final int FORMAT = 1;
    private static final int NODE = 1;
    private static final char SEPARATOR = '=';

    public Revocations {
        upTo = Collections.unmodifiableSortedMap(new TreeMap<>(upTo));
    }

    /** Since when certificates of that node must be valid to count, exclusive, or null when nothing of it was revoked. */
    public @Nullable Instant of(String node) {
        return upTo.get(node);
    }

    public boolean revokes(String node, Instant validFrom) {
        Instant moment = upTo.get(node);
        return moment != null && !validFrom.isAfter(moment);
    }

    /**
     * With all certificates of the node that are valid from {@code moment} or from before it.
     *
     * @param forget entries of before this are dropped, since no certificate of then lives any more
     * @throws FeatureStoreException {@code NOT_AVAILABLE} when there are too many
     */
    public Revocations with(String node, Instant moment, Instant forget) {
        TreeMap<String, Instant> more = new TreeMap<>(upTo);
        more.values().removeIf(at -> at.isBefore(forget));
        more.merge(node, moment.truncatedTo(ChronoUnit.SECONDS), (before, now) -> before.isAfter(now) ? before : now);
        if (more.size() > NODES_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.NOT_AVAILABLE,
                    "revoked nodes: " + more.size() + " (expected: at most " + NODES_MAX
                            + "; give a new node the name of one that was removed)");
        }
        return new Revocations(more);
    }

    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        upTo.forEach((node, moment) -> writer.put(NODE, node + SEPARATOR + moment.getEpochSecond()));
        return writer.toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are none, or of a newer format */
    public static Revocations decode(byte[] bytes) {
        TreeMap<String, Instant> upTo = new TreeMap<>();
        for (String entry : RecordReader.of(bytes, FORMAT).strings(NODE)) {
            int separator = entry.indexOf(SEPARATOR);
            upTo.put(
                    entry.substring(0, separator),
                    Instant.ofEpochSecond(Long.parseLong(entry.substring(separator + 1))));
        }
        return new Revocations(upTo);
    }
}
