package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.placement.DataGroup;
import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of another Java process, which says what it reads. */
class ClockGroundTest {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final LocalNode NODE =
            new LocalNode("data-1", Set.of(NodeRole.DATA), "a", "127.0.21.21", 64, DataGroup.ALL);

    @TempDir
    private Path scratch;

    /** Wall clock read in two ways, monotonic clock, and how long a wait until 200 ms later took; all in milliseconds. */
    private record Reading(long wall, long instant, long monotonic, long waited) {}

    /** What the other process runs: a line for each line that it gets. */
    static final class Reader {
        public static void main(String[] arguments) throws Exception {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                long begin = System.nanoTime();
                LockSupport.parkUntil(System.currentTimeMillis() + 200);
                long waited = (System.nanoTime() - begin) / 1_000_000;
                System.out.println(System.currentTimeMillis() + " "
                        + Clock.systemUTC().instant().toEpochMilli() + " " + System.nanoTime() / 1_000_000 + " "
                        + waited);
            }
        }
    }

    private static Reading ask(BufferedWriter to, BufferedReader from) throws Exception {
        to.write("now\n");
        to.flush();
        String[] words = from.readLine().split(" ", -1);
        return new Reading(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }

    private static void expect(Reading reading, long shiftMillis) {
        assertThat(reading.wall() - System.currentTimeMillis()).isBetween(shiftMillis - 5_000, shiftMillis + 5_000);
        assertThat(reading.instant() - reading.wall()).isBetween(-5_000L, 5_000L);
        assertThat(reading.monotonic() - System.nanoTime() / 1_000_000).isBetween(-5_000L, 5_000L);
        assertThat(reading.waited()).isBetween(150L, 60_000L);
    }

    @Test
    void wallClockOfTheProcessMovesAndItsMonotonicClockDoesNot() throws Exception {
        ClockGround ground;
        try {
            ground = (ClockGround) ClockGround.MAKER.make(scratch);
        } catch (Ground.NotHereException e) {
            assumeThat(false).as(e.getMessage()).isTrue();
            return;
        }
        Launch launch = ground.launch(NODE, scratch);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName());
        builder.environment().putAll(launch.environment());
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedWriter to = process.outputWriter(StandardCharsets.UTF_8);
                BufferedReader from = process.inputReader(StandardCharsets.UTF_8)) {
            expect(ask(to, from), 0);
            ground.set(NODE, Duration.ofHours(1));
            expect(ask(to, from), HOUR_MILLIS);
            ground.set(NODE, Duration.ofHours(-1));
            expect(ask(to, from), -HOUR_MILLIS);
            ground.set(NODE, Duration.ZERO);
            expect(ask(to, from), 0);
        } finally {
            process.destroyForcibly();
        }
    }
}
