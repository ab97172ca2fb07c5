package io.hopyard.wire.mysql;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the packets of one connection, never more than allowed. Not thread safe. */
final class PacketReader {
    private static final int HEADER_BYTES = 4;

    private final InputStream in;
    private int sequence;

    PacketReader(InputStream in) {
        this.in = in;
    }

    /** Number of the packet that was read last. */
    int sequence() {
        return sequence;
    }

    /**
     * The next packet.
     *
     * @param expected its number
     * @return its content, or an empty array when the client has gone between two packets; commands are never empty
     * @throws MysqlError when it is too large or out of order; the connection is of no use then
     */
    byte[] read(int expected, int bytesMax) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            return header;
        }
        if (header.length < HEADER_BYTES) {
            throw new EOFException("the connection was cut in the middle of a packet");
        }
        int length = (header[0] & 0xFF) | (header[1] & 0xFF) << 8 | (header[2] & 0xFF) << 16;
        sequence = header[3] & 0xFF;
        if (length > bytesMax) {
            throw new MysqlError(
                    MysqlError.Kind.PACKET_TOO_LARGE,
                    "Got a packet bigger than 'max_allowed_packet' bytes: " + length + " (expected: at most " + bytesMax
                            + ")");
        }
        if (sequence != expected) {
            throw new MysqlError(
                    MysqlError.Kind.PACKETS_OUT_OF_ORDER,
                    "Got packets out of order: number " + sequence + " (expected: " + expected + ")");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the connection was cut in the middle of a packet");
        }
        return content;
    }
}
