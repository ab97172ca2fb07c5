package io.hopyard.core.supervision;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.List;

/**
 * What a node says of itself while it is alive. Immutable.
 *
 * @param nodeId of the node, as in {@link io.hopyard.core.cluster.Node}
 * @param version of the build
 * @param startedMillis when its process started, in milliseconds since 1970
 * @param sinceMillis since when it is in that state, likewise
 * @param restarts of its services after failures, since its process started
 * @param flapping true while it fails again and again
 * @param leads true at the head that does what only one head may do
 * @param parts in start order
 */
public record NodeReport(
        String nodeId,
        String version,
        long startedMillis,
        NodeState state,
        long sinceMillis,
        int restarts,
        boolean flapping,
        boolean leads,
        List<PartReport> parts) {
    private static final int FORMAT = 1;
    private static final int ID = 1;
    private static final int VERSION = 2;
    private static final int STARTED = 3;
    private static final int STATE = 4;
    private static final int SINCE = 5;
    private static final int RESTARTS = 6;
    private static final int FLAPPING = 7;
    private static final int LEADS = 8;
    private static final int PART = 9;
    private static final int PART_NAME = 1;
    private static final int PART_READY = 2;
    private static final int PART_DETAIL = 3;

    public NodeReport {
        if (nodeId.isBlank() || version.isBlank() || restarts < 0) {
            throw new IllegalArgumentException("report: node '" + nodeId + "', version '" + version + "', restarts "
                    + restarts + " (expected: names, and 0 or more restarts)");
        }
        parts = List.copyOf(parts);
    }

    /** True when every part is. */
    public boolean ready() {
        return parts.stream().allMatch(PartReport::ready);
    }

    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT)
                .put(ID, nodeId)
                .put(VERSION, version)
                .put(STARTED, startedMillis)
                .put(STATE, state.name())
                .put(SINCE, sinceMillis)
                .put(RESTARTS, (long) restarts)
                .put(FLAPPING, flapping)
                .put(LEADS, leads);
        for (PartReport part : parts) {
            writer.put(
                    PART,
                    new RecordWriter(FORMAT)
                            .put(PART_NAME, part.name())
                            .put(PART_READY, part.ready())
                            .put(PART_DETAIL, part.detail())
                            .toBytes());
        }
        return writer.toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no report, or of a newer format */
    public static NodeReport decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new NodeReport(
                reader.string(ID),
                reader.string(VERSION),
                reader.number(STARTED),
                NodeState.valueOf(reader.string(STATE)),
                reader.number(SINCE),
                Math.toIntExact(reader.number(RESTARTS)),
                reader.flag(FLAPPING),
                reader.flag(LEADS),
                reader.records(PART).stream().map(NodeReport::part).toList());
    }

    private static PartReport part(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new PartReport(reader.string(PART_NAME), reader.flag(PART_READY), reader.string(PART_DETAIL));
    }
}
