package io.hopyard.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** {@code MGET} of the same batches by a raw client. */
record RedisLoad(String host, int port, int rows) {
    private static final int VALUE_BYTES = 500;

    void fill() throws IOException {
        String value = "x".repeat(VALUE_BYTES);
        try (Socket socket = new Socket(host, port)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int id = 0; id < rows; id++) {
                socket.getOutputStream().write(command("SET", "key:" + id, value));
                line(in);
            }
        }
    }

    void run(AtomicBoolean stop, AtomicLong batches) throws IOException {
        Random random = new Random(Thread.currentThread().threadId());
        try (Socket socket = new Socket(host, port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            OutputStream out = socket.getOutputStream();
            String[] words = new String[StoreBench.BATCH + 1];
            words[0] = "MGET";
            while (!stop.get()) {
                for (int index = 1; index < words.length; index++) {
                    words[index] = "key:" + random.nextInt(rows);
                }
                out.write(command(words));
                int count = Integer.parseInt(line(in).substring(1));
                for (int index = 0; index < count; index++) {
                    in.skipNBytes(Long.parseLong(line(in).substring(1)) + 2);
                }
                batches.incrementAndGet();
            }
        }
    }

    private static byte[] command(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            out.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }
}
