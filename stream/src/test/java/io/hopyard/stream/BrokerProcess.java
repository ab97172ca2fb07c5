package io.hopyard.stream;

import io.hopyard.core.ingest.TopicAccess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own, which can be killed. Only nodes may do anything there. */
final class BrokerProcess implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 256;

    private final Process process;

    private BrokerProcess(Process process) {
        this.process = process;
    }

    static BrokerProcess start(BrokerSettings settings) throws IOException {
        Path file = settings.directory().resolveSibling("broker-" + settings.nodeId() + ".properties");
        Files.createDirectories(file.getParent());
        BrokerFiles.write(settings, file);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                file.toString()));
        File output = settings.directory()
                .resolveSibling("broker-" + settings.nodeId() + ".out")
                .toFile();
        return new BrokerProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                .start());
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The broker ends with the process that started it. */
    public static void main(String[] arguments) throws Exception {
        LogBroker broker = new LogBroker(
                BrokerFiles.read(Path.of(arguments[0])),
                LogAccess.ofTopics(new TopicAccess() {
                    @Override
                    public boolean mayWrite(String principal, String topic) {
                        return false;
                    }

                    @Override
                    public boolean mayDescribe(String principal, String topic) {
                        return false;
                    }
                }),
                reason -> Runtime.getRuntime().halt(3));
        broker.start();
        ProcessHandle.current().parent().orElseThrow().onExit().join();
        Runtime.getRuntime().halt(0);
    }
}
