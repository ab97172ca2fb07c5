package io.hopyard.core.supervision;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;

/**
 * A node that belongs to the cluster, alive or not, and what it shall do. Immutable; the stored one is changed by
 * compare-and-set.
 *
 * @param sinceMillis when the wish was made, in milliseconds since 1970
 */
public record Registration(Node node, WishedState wished, long sinceMillis) {
    private static final int FORMAT = 1;
    private static final int NODE = 1;
    private static final int WISHED = 2;
    private static final int SINCE = 3;

    public Registration wishing(WishedState other, long nowMillis) {
        return new Registration(node, other, nowMillis);
    }

    /** As it describes itself now; its wish stays. */
    public Registration describedBy(Node fresh) {
        return new Registration(fresh, wished, sinceMillis);
    }

    public byte[] encode() {
        return new RecordWriter(FORMAT)
                .put(NODE, node.encode())
                .put(WISHED, wished.name())
                .put(SINCE, sinceMillis)
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are none, or of a newer format */
    public static Registration decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Registration(
                Node.decode(reader.bytes(NODE)), WishedState.valueOf(reader.string(WISHED)), reader.number(SINCE));
    }
}
