package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.testkit.pair.MemoryPairRegister;
import io.hopyard.testkit.wait.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pair of real processes under load that are frozen and killed. Every key that was acknowledged, by whom and when ever,
 * must be on the survivor, and on both after the loser is back. With {@code -Ddrill.guards=off} the guards of the engine and
 * the fence are taken away, with {@code -Ddrill.rounds=} there is more of it.
 */
class PairDrillTest {
    private static final String REGISTER = "127.0.44.9";
    private static final Duration LOAD = Duration.ofSeconds(1);
    private static final Duration FREEZE = Duration.ofSeconds(3);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void nothingAcknowledgedIsLostWhenAMemberFreezesOrIsKilled() throws Exception {
        int rounds = Integer.getInteger("drill.rounds", 1);
        try (RegisterDoor door = new RegisterDoor(new MemoryPairRegister(System::nanoTime), REGISTER);
                Member one = new Member("data-0", "127.0.45.1", door.port());
                Member other = new Member("data-1", "127.0.45.2", door.port())) {
            one.start(other);
            other.start(one);
            one.await("ready");
            other.await("ready");
            for (int round = 0; round < rounds; round++) {
                drill(one, other, "round %d: data-1 frozen".formatted(round), PairDrillTest::freeze);
                drill(other, one, "round %d: data-0 killed".formatted(round), Member::kill);
            }
            killBoth(one, other);
        }
    }

    private interface Fault {
        void strike(Member member) throws Exception;
    }

    /** Both write; the fault strikes one; the other must have everything, and then both. */
    private void drill(Member survivor, Member victim, String what, Fault fault) throws Exception {
        survivor.load();
        victim.load();
        LockSupport.parkNanos(LOAD.toNanos());
        fault.strike(victim);
        LockSupport.parkNanos(LOAD.toNanos());
        survivor.ask("rest");
        assertThat(victim.isAlive())
                .as(what + ": the victim is no member any more")
                .isFalse();
        assertNothingMissing(survivor, what + ", asked the survivor");
        victim.start(survivor);
        victim.await("ready");
        assertNothingMissing(victim, what + ", asked who came back");
        assertNothingMissing(survivor, what + ", asked the survivor again");
    }

    /** What both acknowledged together is on both disks. */
    private void killBoth(Member one, Member other) throws Exception {
        one.load();
        other.load();
        LockSupport.parkNanos(LOAD.toNanos());
        one.kill();
        other.kill();
        one.start(other);
        other.start(one);
        one.await("ready");
        other.await("ready");
        assertNothingMissing(one, "both killed, asked data-0");
        assertNothingMissing(other, "both killed, asked data-1");
    }

    /** It thaws, finds that it lost, and ends. */
    private static void freeze(Member member) throws Exception {
        member.signal("STOP");
        LockSupport.parkNanos(FREEZE.toNanos());
        member.signal("CONT");
        Eventually.holds(() -> assertThat(member.isAlive()).isFalse());
    }

    private void assertNothingMissing(Member member, String what) throws Exception {
        String logs =
                String.join(" ", logs().stream().map(log -> log.toString()).toList());
        String answer = member.ask("missing " + logs);
        assertThat(answer).as(what).contains(" missing 0 ").doesNotStartWith("0 ");
    }

    private List<Path> logs() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".acknowledged"))
                    .toList();
        }
    }

    /** One member's process, over all its lives. */
    private final class Member implements AutoCloseable {
        private final String name;
        private final String place;
        private final int register;
        private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
        private @Nullable Process process;
        private long loads;
        private int life;

        Member(String name, String host, int register) {
            this.name = name;
            this.register = register;
            List<Integer> ports = TestStore.freePorts(host, 3);
            this.place = host + ":" + ports.get(0) + ":" + ports.get(1) + ":" + ports.get(2);
            this.loads = name.equals("data-0") ? 1_000 : 2_000;
        }

        void start(Member peer) throws IOException {
            life++;
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-ea");
            command.add("-Xmx512m");
            command.add("-XX:+UseSerialGC");
            command.add("@" + Path.of(System.getProperty("hopyard.root"), "engine-flags.txt"));
            command.add("-cp");
            command.add(System.getProperty("java.class.path"));
            command.add(DrillMember.class.getName());
            command.add(name);
            command.add(directory.resolve(name).toString());
            command.add(place);
            command.add(peer.place);
            command.add(Integer.toString(register));
            command.add(System.getProperty("drill.guards", "on").equals("on") ? "guarded" : "unguarded");
            command.add(directory.resolve(name + "-" + life + ".acknowledged").toString());
            Process started = new ProcessBuilder(command)
                    .redirectError(directory.resolve(name + "-" + life + ".err").toFile())
                    .start();
            process = started;
            words.clear();
            Thread.ofPlatform().daemon(true).start(() -> listen(started));
        }

        private void listen(Process to) {
            try (BufferedReader lines = to.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("> ")) {
                        words.add(line.substring(2));
                    }
                }
            } catch (IOException e) {
                // The process has ended.
            }
        }

        private Process process() {
            return Objects.requireNonNull(process, name);
        }

        void load() throws Exception {
            loads++;
            ask("load " + loads);
        }

        String ask(String order) throws Exception {
            process().outputWriter(StandardCharsets.UTF_8).write(order + "\n");
            process().outputWriter(StandardCharsets.UTF_8).flush();
            return next(order);
        }

        void await(String word) throws Exception {
            String heard = next(word);
            while (!heard.equals(word)) {
                heard = next(word);
            }
        }

        private String next(String what) throws Exception {
            String heard = words.poll(120, TimeUnit.SECONDS);
            if (heard == null) {
                throw new AssertionError(name + " does not say: " + what + "; alive: " + isAlive() + "; " + errors());
            }
            return heard;
        }

        private String errors() {
            try {
                String text = Files.readString(directory.resolve(name + "-" + life + ".err"));
                return text.substring(Math.max(0, text.length() - 2_000));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isAlive() {
            return process().isAlive();
        }

        void signal(String signal) throws Exception {
            int code = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(process().pid()))
                    .start()
                    .waitFor();
            assertThat(code).as("kill -%s", signal).isZero();
        }

        void kill() throws Exception {
            process().destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }
    }
}
