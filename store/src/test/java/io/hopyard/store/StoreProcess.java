package io.hopyard.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link StoreChild}, told what to do from outside. For one thread. */
final class StoreProcess implements AutoCloseable {
    private static final String END = "end of output";

    private final Process process;
    private final Writer commands;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private long acked;

    private StoreProcess(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        var _ = Thread.ofVirtual().start(() -> {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                output.lines().forEach(answers::add);
            } catch (IOException | UncheckedIOException e) {
                answers.add(e.toString());
            }
            answers.add(END);
        });
    }

    /** The command line of a child. */
    static List<String> command(Path directory, StoreSettings.Durability durability, long reserveBytes) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("hopyard.root"), "engine-flags.txt"),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                StoreChild.class.getName(),
                directory.toString(),
                durability.name(),
                Long.toString(reserveBytes));
    }

    static StoreProcess run(List<String> command) throws IOException {
        return new StoreProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** The next answer that begins with one of these words. */
    String await(String... words) throws InterruptedException {
        while (true) {
            String line = answers.poll(2, TimeUnit.MINUTES);
            heard.add(Objects.requireNonNullElse(line, "silence"));
            if (line == null || line.equals(END)) {
                throw new AssertionError("waited for " + String.join(" or ", words) + ", heard: " + heard);
            }
            if (line.startsWith("acked ")) {
                acked = Long.parseLong(line.substring("acked ".length()));
            }
            for (String word : words) {
                if (line.startsWith(word)) {
                    return line;
                }
            }
        }
    }

    String ask(String command, String... words) throws IOException, InterruptedException {
        tell(command);
        return await(words);
    }

    /** Batches acknowledged as far as was heard. */
    long acked() {
        return acked;
    }

    /** Ends the process as {@code kill -9} does and hears what it still said. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        for (String line = answers.take(); !line.equals(END); line = answers.take()) {
            if (line.startsWith("acked ")) {
                acked = Long.parseLong(line.substring("acked ".length()));
            }
        }
    }

    /** The shell around a child goes first: it would begin another one. */
    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        below.forEach(ProcessHandle::destroyForcibly);
        below.forEach(child -> child.onExit().join());
    }
}
