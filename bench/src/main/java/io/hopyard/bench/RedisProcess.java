package io.hopyard.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A Redis server of this benchmark alone, in memory only and in clear. */
final class RedisProcess implements AutoCloseable {
    private static final String SERVER = "redis-server";
    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Null when the machine has no Redis. */
    static @Nullable RedisProcess startIfThere(String host) throws IOException {
        boolean there = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, SERVER)));
        if (!there) {
            return null;
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        SERVER, "--bind", host, "--port", Integer.toString(port), "--save", "", "--appendonly", "no")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        RedisProcess redis = new RedisProcess(process, port);
        redis.await(host);
        return redis;
    }

    private void await(String host) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(host, port), (int) LOOK.toMillis());
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - begin > START_MAX.toNanos()) {
                    process.destroy();
                    throw new IOException(SERVER + " does not answer at " + host + ":" + port, e);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
