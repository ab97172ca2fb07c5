package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.Launch;
import io.hopyard.server.local.NodeProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A process with the official client that calls a cluster through many drills, one after the other. For one thread; attempts
 * are handed over by another.
 */
final class ClientProcess implements AutoCloseable {
    private static final String HEADS = "heads.hopyard.test";
    private static final String BROKERS = "brokers.hopyard.test";
    private static final Duration READY_MAX = Duration.ofMinutes(2);
    private static final Duration STOPPED_MAX = Duration.ofMinutes(2);
    private static final Duration END_MAX = Duration.ofSeconds(5);

    private final Process process;
    private final Path log;
    private final BufferedWriter commands;
    private final BlockingQueue<ClientLine> answers = new LinkedBlockingQueue<>();
    private final ExecutorService reader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("client-lines").daemon().factory());
    private final ClientLine.View view;
    private volatile Consumer<ClientLine.Attempt> attempts = attempt -> {};

    /**
     * What the nodes must be told, so that clients are sent to names that lead to all heads and all brokers.
     *
     * @param launch of a node, else
     */
    static Launch named(Launch launch) {
        List<String> options = new ArrayList<>(launch.options());
        options.addAll(
                List.of("--set", "cluster.broker-name=" + BROKERS, "--set", "tls.names=" + HEADS + "," + BROKERS));
        return new Launch(launch.prefix(), launch.environment(), options);
    }

    /**
     * Returns when it has logged in.
     *
     * @param command that takes the options of {@code load.py}
     * @param log what it says to people goes there
     */
    ClientProcess(List<String> command, Lab lab, Path log) {
        this.log = log;
        Path founder = lab.cluster().processes().getFirst().data();
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("--head-name", HEADS, "--heads", addresses(lab, NodeRole.HEAD)));
        line.addAll(List.of("--broker-name", BROKERS, "--brokers", addresses(lab, NodeRole.BROKER)));
        line.addAll(List.of("--api-key-file", founder.resolve("admin.key").toString()));
        try {
            this.process = new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the official client: " + e.getMessage(), e);
        }
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        reader.execute(this::readLines);
        try {
            this.view = answer(ClientLine.Ready.class, READY_MAX).view();
        } catch (FeatureStoreException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String addresses(Lab lab, NodeRole role) {
        return lab.with(role).stream()
                .map(NodeProcess::node)
                .map(node -> node.address())
                .collect(Collectors.joining(","));
    }

    private void readLines() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                switch (ClientLine.parse(line)) {
                    case ClientLine.Attempt attempt -> attempts.accept(attempt);
                    case ClientLine other -> answers.add(other);
                }
            }
        } catch (IOException e) {
            // It has ended; whoever waits for its answer says so.
        }
    }

    /** What brokers can be asked for. */
    ClientLine.View view() {
        return view;
    }

    /** @param rows of each insert */
    void start(int rows, Consumer<ClientLine.Attempt> hears) {
        attempts = hears;
        tell("start " + rows);
    }

    /** Returns when the calls in flight have ended. */
    void stop() {
        tell("stop");
        answer(ClientLine.Stopped.class, STOPPED_MAX);
        attempts = attempt -> {};
    }

    ClientLine.Checked check() {
        tell("check");
        return answer(ClientLine.Checked.class, STOPPED_MAX);
    }

    private void tell(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "the official client's process has ended; see " + log, e);
        }
    }

    private <T extends ClientLine> T answer(Class<T> kind, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() - end < 0 && (process.isAlive() || !answers.isEmpty())) {
                ClientLine line = answers.poll(100, TimeUnit.MILLISECONDS);
                if (line != null) {
                    return kind.cast(line);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                "the official client's process " + (process.isAlive() ? "did not answer" : "has ended") + "; see "
                        + log);
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        reader.shutdown();
    }
}
