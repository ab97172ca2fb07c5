package io.hopyard.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** One keep-alive connection that asks and waits for the answer; reads Content-Length and chunked bodies. */
final class HttpConnection implements Closeable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] line = new byte[512];
    private byte[] body = new byte[1 << 16];
    private int bodyLength;

    HttpConnection(HttpTarget target) throws IOException {
        socket = target.connect();
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /** Sends the request and reads the whole answer. Returns the status. */
    int ask(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        int length = 0;
        boolean chunked = false;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).trim());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        bodyLength = 0;
        if (chunked) {
            readChunks();
        } else {
            readBody(length);
        }
        return status;
    }

    /** The body of the last answer. */
    byte[] answer() {
        return java.util.Arrays.copyOf(body, bodyLength);
    }

    private void readChunks() throws IOException {
        int size = Integer.parseInt(readLine().trim(), 16);
        while (size > 0) {
            readBody(size);
            readLine();
            size = Integer.parseInt(readLine().trim(), 16);
        }
        readLine();
    }

    private void readBody(int length) throws IOException {
        if (bodyLength + length > body.length) {
            body = java.util.Arrays.copyOf(body, Math.max(2 * body.length, bodyLength + length));
        }
        if (in.readNBytes(body, bodyLength, length) != length) {
            throw new EOFException("connection closed in the middle of an answer");
        }
        bodyLength += length;
    }

    private String readLine() throws IOException {
        int length = 0;
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection closed");
            }
            if (next == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, end, java.nio.charset.StandardCharsets.ISO_8859_1);
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
