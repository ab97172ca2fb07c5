package io.hopyard.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.testkit.wait.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client of data nodes that do not what they should. */
class DataClientTest {
    private static final RowKey KEY = new RowKey("table", "group", "row");
    private static final ClientSettings BRIEF =
            new ClientSettings(Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(600), 512);

    private final Random random = new Random(9);

    private static Deadline in(Duration time) {
        return Deadline.after(System::nanoTime, time);
    }

    private static DataClient client(int port, ClientSettings settings) {
        return new DataClient(new DataClient.Target("data-1", TestDoor.HOST, port), null, settings, System::nanoTime);
    }

    private Commit commit(int bytes) {
        return new Commit(RequestId.random(random), List.of(), List.of(new Write.Put(KEY, new byte[bytes])));
    }

    /** A listener that leaves connections in its backlog, as a process that stands still does. */
    private static ServerSocket frozen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName(TestDoor.HOST));
    }

    private static Socket greet(ServerSocket listener) throws IOException {
        listener.setSoTimeout(20_000);
        Socket socket = listener.accept();
        new FrameReader(socket.getInputStream()).next(Protocol.HELLO_BYTES_MAX, () -> {});
        RawClient.frame(out -> out.putInt(Protocol.MAGIC)
                        .putShort(1)
                        .putInt(Protocol.FRAME_BYTES_MAX)
                        .putInt(10_000)
                        .putLong(System.nanoTime()))
                .send(socket.getOutputStream());
        return socket;
    }

    @Test
    void whatWasNeverSentIsNotUnknown() throws IOException {
        try (ServerSocket listener = frozen();
                DataClient client = client(listener.getLocalPort(), ClientSettings.DEFAULT)) {
            assertThatThrownBy(() -> client.database().commit(commit(10), in(Duration.ofMillis(200))))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
                    .hasMessage("no answer of data node data-1 in time");
        }
    }

    @Test
    void aNodeThatCannotBeReachedIsSaidAtOnceUntilTheNextAttempt() throws IOException {
        int port;
        try (ServerSocket gone = frozen()) {
            port = gone.getLocalPort();
        }
        try (DataClient client = client(port, ClientSettings.DEFAULT)) {
            for (int call = 0; call < 5; call++) {
                assertThatThrownBy(() -> client.database().read(List.of(KEY), in(Duration.ofSeconds(10))))
                        .isInstanceOfSatisfying(
                                FeatureStoreException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                        .hasMessageContaining("data node data-1 at 127.0.46.1:" + port + " cannot be reached");
            }
            DataDoor.Backend backend = new DataDoor.Backend(
                    new MemoryDatabase(), new MemoryOnlineRows(Clock.systemUTC()), System::nanoTime);
            try (DataDoor _ = TestDoor.open(DoorSettings.of(TestDoor.HOST, port), null, backend)) {
                Eventually.holds(() -> assertThat(client.database().read(List.of(KEY), in(Duration.ofSeconds(10))))
                        .containsOnlyNulls());
            }
        }
    }

    /** However much is asked of a node that reads nothing, nobody waits beyond his deadline. */
    @Test
    void aNodeThatReadsNothingHoldsNobody() throws Exception {
        try (ServerSocket listener = frozen();
                DataClient client = client(listener.getLocalPort(), ClientSettings.DEFAULT);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> calls = new ArrayList<>();
            long begin = System.nanoTime();
            calls.add(executor.submit(() -> client.database().commit(commit(10), in(Duration.ofMillis(900)))));
            try (Socket _ = greet(listener)) {
                for (int call = 0; call < 300; call++) {
                    calls.add(executor.submit(() -> outcome(client, 10_000)));
                }
                calls.add(executor.submit(() -> outcome(client, 15 << 20)));
                for (Future<Object> call : calls) {
                    call.get(20, TimeUnit.SECONDS);
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            assertThat(calls.stream().map(Future::resultNow))
                    .contains("data node data-1 has not answered")
                    .anyMatch(Outcome.Unknown.class::isInstance);
        }
    }

    private Object outcome(DataClient client, int bytes) {
        try {
            return client.database().commit(commit(bytes), in(Duration.ofMillis(900)));
        } catch (FeatureStoreException e) {
            return e.text().replaceAll("(has not answered).*", "$1");
        }
    }

    @Test
    void aNodeThatOwesAnAnswerForTooLongIsConnectedAnew() throws Exception {
        try (ServerSocket listener = frozen();
                DataClient client = client(listener.getLocalPort(), BRIEF);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> first = executor.submit(() -> outcome(client, 10));
            try (Socket socket = greet(listener)) {
                assertThat(first.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Unknown.class);
                FrameReader requests = new FrameReader(socket.getInputStream());
                assertThat(requests.next(Protocol.FRAME_BYTES_MAX, () -> {})).isTrue();
                assertThat(requests.next(Protocol.FRAME_BYTES_MAX, () -> {}))
                        .as("nothing more comes")
                        .isFalse();
            }
            Future<Object> second = executor.submit(() -> outcome(client, 10));
            try (Socket _ = greet(listener)) {
                assertThat(second.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Unknown.class);
            }
        }
    }

    @Test
    void wrongAnswersEndTheConnectionAndTheCall() throws Exception {
        try (ServerSocket listener = frozen();
                DataClient client = client(listener.getLocalPort(), ClientSettings.DEFAULT);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kind = 0; kind < 3; kind++) {
                int wrong = kind;
                Future<Object> call =
                        executor.submit(() -> client.database().commit(commit(1), in(Duration.ofSeconds(20))));
                try (Socket socket = greet(listener)) {
                    FrameReader requests = new FrameReader(socket.getInputStream());
                    requests.next(Protocol.FRAME_BYTES_MAX, () -> {});
                    long id = requests.takeLong();
                    RawClient.frame(out -> out.putLong(wrong == 0 ? id + 5 : id)
                                    .putByte(wrong == 1 ? 7 : 0)
                                    .putLong(0)
                                    .putByte(99))
                            .send(socket.getOutputStream());
                    assertThat(call.get(20, TimeUnit.SECONDS))
                            .isEqualTo(new Outcome.Unknown("the data node answers wrongly"));
                }
            }
        }
    }

    @Test
    void anErrorThatIsNotKnownHereIsInternal() throws Exception {
        try (ServerSocket listener = frozen();
                DataClient client = client(listener.getLocalPort(), ClientSettings.DEFAULT);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> call = executor.submit(() -> outcome(client, 1));
            try (Socket socket = greet(listener)) {
                FrameReader requests = new FrameReader(socket.getInputStream());
                requests.next(Protocol.FRAME_BYTES_MAX, () -> {});
                long id = requests.takeLong();
                RawClient.frame(out ->
                                out.putLong(id).putByte(1).putLong(0).putInt(42).putText("new"))
                        .send(socket.getOutputStream());
                assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("error 42 of a data node: new");
            }
        }
    }

    @Test
    void aClosedClientRefuses() {
        DataClient client = client(1, ClientSettings.DEFAULT);
        client.close();
        assertThatThrownBy(() -> client.database().changes(0, in(Duration.ofSeconds(5))))
                .hasMessage("the client of data node data-1 is closed");
    }
}
