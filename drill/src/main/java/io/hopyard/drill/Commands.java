package io.hopyard.drill;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the operating system. */
final class Commands {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Commands() {}

    /** True when a command of that name can be found. */
    static boolean has(String name) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /**
     * Runs it to its end.
     *
     * @return what it said
     * @throws FeatureStoreException {@code UNAVAILABLE} when it fails, with what it said
     */
    static String run(String... command) {
        String line = String.join(" ", command);
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "command failed: " + line + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "command failed: " + line + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "command: " + line + ": told to stop", e);
        }
    }
}
