package io.hopyard.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a load goes and in which words.
 *
 * @param tls null = plain TCP
 * @param headers besides Host, Content-Type and Content-Length
 */
record HttpTarget(
        InetSocketAddress address,
        String path,
        Map<String, String> headers,
        @Nullable SSLContext tls) {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;

    Socket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(READ_MILLIS);
            plain.connect(address, CONNECT_MILLIS);
            if (tls == null) {
                return plain;
            }
            return tls.getSocketFactory().createSocket(plain, address.getHostString(), address.getPort(), true);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** The bytes of one GET. */
    byte[] get() {
        return head("GET").append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes of one POST with this body. */
    byte[] post(byte[] body) {
        byte[] head = head("POST")
                .append("Content-Type: application/json\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n\r\n")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private StringBuilder head(String method) {
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(address.getHostString())
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head;
    }
}
