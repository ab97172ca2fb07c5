package io.hopyard.bench;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.store.remote.ClientSettings;
import io.hopyard.store.remote.DataClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** A {@link StoreBenchNode} in a process of its own, and a client of it. */
final class StoreProcess implements AutoCloseable {
    private final Process process;
    private final DataClient client;

    private StoreProcess(Process process, DataClient client) {
        this.process = process;
        this.client = client;
    }

    /**
     * Serves when it returns.
     *
     * @param kind {@code echo} or {@code door}
     * @param rows that the row cache must hold
     * @param flags file of the engine's Java options
     */
    static StoreProcess start(String kind, Path directory, int rows, Path flags) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(StoreBench.HOST))) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + flags,
                        "-Xmx" + (512 + 2 * StoreBenchNode.cacheMebibytes(rows)) + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreBenchNode.class.getName(),
                        kind,
                        Integer.toString(port),
                        directory.toString(),
                        Integer.toString(rows)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"ready".equals(process.inputReader().readLine())) {
            process.destroy();
            throw new IOException("the " + kind + " of the benchmark did not start");
        }
        return new StoreProcess(
                process,
                new DataClient(
                        new DataClient.Target("bench", StoreBench.HOST, port),
                        null,
                        ClientSettings.DEFAULT,
                        System::nanoTime));
    }

    long pid() {
        return process.pid();
    }

    OnlineRows rows() {
        return client.onlineRows();
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
        }
    }
}
