package io.hopyard.store.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.pair.Heartbeat;
import io.hopyard.core.pair.Heartbeat.Answer;
import io.hopyard.core.pair.Heartbeat.Verdict;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairState;
import io.hopyard.core.pair.Timings;
import io.hopyard.store.TestCertificates;
import io.hopyard.testkit.wait.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatTest {
    private static final String ADDRESS = "127.0.44.5";
    private static final Heartbeat ONE =
            new Heartbeat(new Incarnation("data-1", "0011223344556677"), PairState.SOLO, 7, true);
    private static final Heartbeat OTHER =
            new Heartbeat(new Incarnation("data-2", "8899aabbccddeeff"), PairState.JOINING, 6, false);

    @TempDir
    private Path directory = Path.of("");

    /** Says always the same and remembers what it heard. */
    private record Recorder(Heartbeat self, List<Answer> answers, List<Heartbeat> asks, List<Incarnation> endings)
            implements HeartbeatListener {
        static Recorder of(Heartbeat self) {
            return new Recorder(
                    self, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        }

        @Override
        public Heartbeat heartbeat() {
            return self;
        }

        @Override
        public Answer asked(Heartbeat ask) {
            asks.add(ask);
            return new Answer(Verdict.GRANT, self);
        }

        @Override
        public void answered(Answer answer, long sentNanos) {
            answers.add(answer);
        }

        @Override
        public void ended(Incarnation peer) {
            endings.add(peer);
        }
    }

    private @Nullable PairTls context(boolean secured, String own, String peer) {
        return secured ? new PairTls(new TestCertificates(directory).context(own, peer), NodeGate.OPEN) : null;
    }

    private static HeartbeatLink link(int port, @Nullable PairTls tls, HeartbeatListener listener) {
        InetSocketAddress at = new InetSocketAddress(ADDRESS, port);
        return new HeartbeatLink(() -> at, tls, Timings.DEFAULT, System::nanoTime, listener);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void heartbeatsAreAnsweredAndBothHearTheOtherEnd(boolean secured) throws IOException {
        Recorder one = Recorder.of(ONE);
        Recorder other = Recorder.of(OTHER);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            port = free.getLocalPort();
        }
        HeartbeatDoor door =
                new HeartbeatDoor(new InetSocketAddress(ADDRESS, port), context(secured, "other", "one"), other);
        door.open();
        HeartbeatLink link = link(port, context(secured, "one", "other"), one);
        link.start();
        Eventually.holds(() -> assertThat(one.answers()).contains(new Answer(Verdict.GRANT, OTHER)));
        assertThat(other.asks()).contains(ONE);
        assertThat(one.endings()).isEmpty();

        door.close();
        Eventually.holds(() -> assertThat(one.endings()).containsExactly(OTHER.from()));
        door.close();
        door = new HeartbeatDoor(new InetSocketAddress(ADDRESS, port), context(secured, "other", "one"), other);
        door.open();
        int asks = other.asks().size();
        Eventually.holds(() -> assertThat(other.asks()).hasSizeGreaterThan(asks + 1));
        link.close();
        Eventually.holds(() -> assertThat(other.endings()).containsExactly(ONE.from()));
        door.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetIsNoEndAndTheLinkIsOpenedAnew(boolean secured) throws IOException {
        Recorder one = Recorder.of(ONE);
        PairTls tls = context(secured, "other", "one");
        try (ServerSocket listening = new ServerSocket(0, 4, InetAddress.getByName(ADDRESS))) {
            HeartbeatLink link = link(listening.getLocalPort(), context(secured, "one", "other"), one);
            link.start();
            for (int connection = 0; connection < 3; connection++) {
                HeartbeatSocket accepted = HeartbeatSocket.accepted(listening.accept(), tls, Duration.ofSeconds(10));
                HeartbeatFrame.Ask ask = HeartbeatFrame.readAsk(accepted.in());
                HeartbeatFrame.write(
                        accepted.out(), new HeartbeatFrame.Answered(new Answer(Verdict.NO, OTHER), ask.sentNanos()));
                int answers = connection + 1;
                Eventually.holds(() -> assertThat(one.answers()).hasSize(answers));
                accepted.reset();
            }
            assertThat(one.endings()).isEmpty();
            link.close();
        }
    }

    @Test
    void aPeerThatFallsSilentIsAskedOnAnotherConnection() throws IOException {
        Recorder one = Recorder.of(ONE);
        try (ServerSocket listening = new ServerSocket(0, 4, InetAddress.getByName(ADDRESS))) {
            HeartbeatLink link = link(listening.getLocalPort(), null, one);
            link.start();
            HeartbeatSocket silent = HeartbeatSocket.accepted(listening.accept(), null, Duration.ofSeconds(10));
            HeartbeatSocket next = HeartbeatSocket.accepted(listening.accept(), null, Duration.ofSeconds(10));
            assertThat(HeartbeatFrame.readAsk(next.in()).self()).isEqualTo(ONE);
            assertThat(one.endings()).isEmpty();
            silent.reset();
            link.close();
            next.reset();
        }
    }

    @Test
    void framesKeepTheirForm() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HeartbeatFrame.write(new DataOutputStream(bytes), new HeartbeatFrame.Ask(ONE, 258));
        assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
                .isEqualTo("01" + "0000000000000102" + "0017" + hex("data-1/0011223344556677") + "0004" + hex("SOLO")
                        + "0000000000000007" + "01");
        assertThat(HeartbeatFrame.readAsk(in(bytes.toByteArray()))).isEqualTo(new HeartbeatFrame.Ask(ONE, 258));

        bytes.reset();
        HeartbeatFrame.Answered answered = new HeartbeatFrame.Answered(new Answer(Verdict.FENCED, OTHER), 3);
        HeartbeatFrame.write(new DataOutputStream(bytes), answered);
        assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
                .isEqualTo("01" + "0000000000000003" + "0006" + hex("FENCED") + "0017" + hex("data-2/8899aabbccddeeff")
                        + "0007" + hex("JOINING") + "0000000000000006" + "00");
        assertThat(HeartbeatFrame.readAnswer(in(bytes.toByteArray()))).isEqualTo(answered);
    }

    @Test
    void aFrameOfAnotherFormatIsRefused() {
        assertThatThrownBy(() -> HeartbeatFrame.readAsk(in(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0})))
                .isInstanceOf(IOException.class)
                .hasMessage("heartbeat: format 2 (expected: 1)");
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void aNodeThatMayBeThereNoMoreGetsNoLeaseAndGivesNone() throws IOException {
        Recorder one = Recorder.of(ONE);
        Recorder other = Recorder.of(OTHER);
        AtomicReference<@Nullable String> objection = new AtomicReference<>();
        SSLContext context = new TestCertificates(directory).context("other", "one");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            port = free.getLocalPort();
        }
        try (HeartbeatDoor door = new HeartbeatDoor(
                        new InetSocketAddress(ADDRESS, port),
                        new PairTls(context, (subject, from) -> objection.get()),
                        other);
                HeartbeatLink link = link(port, context(true, "one", "other"), one)) {
            door.open();
            link.start();
            Eventually.holds(() -> assertThat(one.answers()).isNotEmpty());
            objection.set("certificate: of one, which was taken out (expected: another)");
            Eventually.holds(() -> {
                int before = other.asks().size();
                LockSupport.parkNanos(
                        Timings.DEFAULT.heartbeat().multipliedBy(5).toNanos());
                assertThat(other.asks()).hasSize(before);
            });
            objection.set(null);
            int asks = other.asks().size();
            Eventually.holds(() -> assertThat(other.asks()).hasSizeGreaterThan(asks));
        }
    }
}
