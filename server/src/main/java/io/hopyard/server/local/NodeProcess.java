package io.hopyard.server.local;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of one node, a JVM of its own with this JVM's class path and flags. Not thread safe, except {@link #alive} and
 * {@link #ready}.
 */
public final class NodeProcess {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(5);
    private static final int HEALTH_PORT = 8081;

    private final LocalNode node;
    private final Path directory;
    private final HttpClient http;
    private volatile @Nullable Process process;

    /** @param directory of this node; its data and its log go below */
    public NodeProcess(LocalNode node, Path directory, HttpClient http) {
        this.node = node;
        this.directory = directory;
        this.http = http;
    }

    public LocalNode node() {
        return node;
    }

    public Path data() {
        return directory.resolve("data");
    }

    public Path log() {
        return directory.resolve("node.log");
    }

    /**
     * Starts it and does not wait.
     *
     * @param options of the command {@code node}, beside what the plan says of it
     */
    public void start(List<String> options, Launch launch) {
        if (alive()) {
            throw new IllegalStateException("node " + node.name() + " runs already");
        }
        List<String> arguments = new ArrayList<>(List.of("node", "--data", data().toString()));
        set(
                arguments,
                Map.of(
                        "node.name", node.name(),
                        "node.zone", node.zone(),
                        "node.roles", node.rolesText(),
                        "node.address", node.address()));
        arguments.addAll(options);
        arguments.addAll(launch.options());
        List<String> command = new ArrayList<>(launch.prefix());
        command.addAll(java("-Xmx" + node.heapMebibytes() + "m"));
        command.addAll(arguments);
        process = launch(command, launch.environment(), log().toFile());
    }

    private static void set(List<String> arguments, Map<String, String> settings) {
        settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    }

    private static List<String> java(String heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-Xm") && !flag.startsWith("-agentlib"))
                .forEach(command::add);
        command.addAll(List.of(heap, "-cp", System.getProperty("java.class.path"), "io.hopyard.server.Main"));
        return command;
    }

    private static Process launch(List<String> command, Map<String, String> environment, File log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "node process with its log in " + log + ": " + e.getMessage(), e);
        }
    }

    public boolean alive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** True when it was started and is not there any more. */
    boolean ended() {
        Process running = process;
        return running != null && !running.isAlive();
    }

    public long pid() {
        return running().pid();
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("node " + node.name() + " was not started");
        }
        return running;
    }

    /** True when the node says that it serves. */
    public boolean ready() {
        if (!alive()) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + node.address() + ":" + HEALTH_PORT + "/ready"))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Tells it to stop in order and does not wait. */
    void askToStop() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    /** Asks it to stop in order, and kills it when it has not within the time. */
    public void stop(Duration grace) {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        if (!ended(running, grace)) {
            kill();
        }
    }

    /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        Process running = running();
        running.destroyForcibly();
        if (!ended(running, SIGNAL_TIMEOUT)) {
            throw new IllegalStateException("process " + running.pid() + " does not end");
        }
    }

    private static boolean ended(Process running, Duration time) {
        try {
            return running.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !running.isAlive();
        }
    }

    /** Stops the process as it stands; it keeps its memory and its connections. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process sender = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (!ended(sender, SIGNAL_TIMEOUT) || sender.exitValue() != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " failed");
            }
        } catch (IOException e) {
            throw new IllegalStateException("kill -" + name + " " + pid() + " failed", e);
        }
    }
}
