package io.hopyard.store.remote;

/**
 * Numbers that both sides know. Every message is a frame: its length in 4 bytes, not counting themselves, and that many
 * bytes, all numbers big endian. The first frame of each side is the hello: magic (4), then from the client the oldest and
 * the newest version that it speaks (2 each), from the server the version chosen (2; 0 = none, and the connection ends),
 * the longest frame that it takes (4), the requests that it takes at once (4) and its ticker (8). What a hello has beyond
 * that is skipped. Then requests: id (8), verb (1), the reading of the server's ticker from which on the request must
 * not be begun (8), and what the verb needs. Answers come in any order: id (8), status (1), the server's ticker (8), and
 * what the verb gives or the number and text of an error.
 */
final class Protocol {
    static final int MAGIC = 0x484F5059;
    /** Grows when a message changes its form. */
    static final int VERSION = 1;

    /** In place of a version: who said hello may not come in; a text follows that says why. */
    static final int NOT_ADMITTED = 0xFFFF;

    /** Longest frame in either direction, bytes. */
    static final int FRAME_BYTES_MAX = 16 << 20;
    /** What comes before a hello was understood must be short. */
    static final int HELLO_BYTES_MAX = 1_024;
    /** Room for what is in every request and answer. */
    static final int HEADER_BYTES = 32;

    static final int STATUS_ANSWER = 0;
    static final int STATUS_ERROR = 1;

    /** Pages of scans end after about so many bytes. */
    static final int PAGE_BYTES = 8 << 20;
    /** Socket buffers; with the system's small ones, batches collapse at random. */
    static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private Protocol() {}
}
