package io.hopyard.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.testkit.wait.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDoorTest {
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final MemoryDatabase memory = new MemoryDatabase();
    private final Gate gate = new Gate();
    private final Metrics metrics = new Metrics();
    private final Random random = new Random(3);
    private DataDoor door = open(DoorSettings.Limits.DEFAULT, DoorSettings.Times.DEFAULT, memory);
    private DataClient client = TestDoor.client(door, null);

    private DataDoor open(DoorSettings.Limits limits, DoorSettings.Times times, Database database) {
        DataDoor.Backend backend = new DataDoor.Backend(
                new GatedDatabase(database, gate),
                new GatedRows(new MemoryOnlineRows(Clock.systemUTC()), gate),
                System::nanoTime);
        DataDoor opened = new DataDoor(new DoorSettings(TestDoor.HOST, 0, limits, times), null, backend, metrics);
        opened.start();
        return opened;
    }

    private void reopen(DoorSettings.Limits limits, DoorSettings.Times times) {
        reopen(limits, times, memory);
    }

    private void reopen(DoorSettings.Limits limits, DoorSettings.Times times, Database database) {
        close();
        door = open(limits, times, database);
        client = TestDoor.client(door, null);
    }

    @AfterEach
    void close() {
        gate.open();
        client.close();
        door.close();
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(20));
    }

    private static DoorSettings.Times times(Duration hello, Duration transfer, Duration idle) {
        return new DoorSettings.Times(hello, transfer, idle, Duration.ofSeconds(10));
    }

    private static RowKey key(String rest) {
        return new RowKey("table", "group", rest);
    }

    private Commit put(String rest, byte[] value) {
        return new Commit(RequestId.random(random), List.of(), List.of(new Write.Put(key(rest), value)));
    }

    private RawClient greeted() throws IOException {
        RawClient raw = new RawClient(door).send(RawClient.hello(1, 1));
        raw.next();
        return raw;
    }

    private static Bytes read(long id) {
        return RawClient.request(id, Verb.READ, NEVER, out -> DatabaseCodec.putKeys(out, List.of(key("a"))));
    }

    private double gauge(String name) {
        return metrics.prometheus()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void assertUnavailable(Callable<?> call, String message) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining(message);
    }

    @Test
    void theBytesOfTheProtocolAreTheseForEver() throws IOException {
        assertThat(hex(RawClient.hello(1, 1))).isEqualTo("00000008" + "484f5059" + "0001" + "0001");
        RowKey row = new RowKey("t", "g", "é");
        String rowHex = "00000001" + "74" + "00000001" + "67" + "00000002" + "c3a9";
        Commit commit = new Commit(
                new RequestId(new UUID(1, 2)),
                List.of(new Condition.Absent(row), new Condition.Present(row), new Condition.VersionEquals(row, 258)),
                List.of(new Write.Put(row, new byte[] {9}), new Write.Remove(new RowKey("t", "g", ""))));
        assertThat(hex(RawClient.request(7, Verb.COMMIT, 11, out -> DatabaseCodec.putCommit(out, commit))))
                .isEqualTo("00000089" + "0000000000000007" + "03" + "000000000000000b"
                        + "0000000000000001" + "0000000000000002"
                        + "00000003" + "01" + rowHex + "02" + rowHex + "03" + rowHex + "0000000000000102"
                        + "00000002" + "01" + rowHex + "00000001" + "09"
                        + "02" + "00000001" + "74" + "00000001" + "67" + "00000000");
        OnlineSchema schema = new OnlineSchema(5, List.of(), List.of(0), null, null);
        List<TableRead> reads = List.of(
                new TableRead(schema, List.of(new OnlineKey(5, new byte[] {1, 2})), Projection.of(List.of(3, 0))),
                new TableRead(schema, List.of(), Projection.ALL));
        assertThat(hex(RawClient.request(8, Verb.ONLINE_READ, -1, out -> OnlineCodec.putReads(out, reads))))
                .isEqualTo("0000003f" + "0000000000000008" + "05" + "ffffffffffffffff"
                        + "00000002"
                        + "0000000000000005" + "00000002" + "0003" + "0000" + "00000001" + "00000002" + "0102"
                        + "0000000000000005" + "ffffffff" + "00000000");
        assertThat(hex(RawClient.frame(out -> DatabaseCodec.putOutcome(out, new Outcome.Unknown("x")))))
                .isEqualTo("00000006" + "03" + "00000001" + "78");
    }

    private static String hex(Bytes frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame.send(out);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    @Test
    void aClientOfAnotherVersionIsToldSoAndLeft() throws IOException {
        try (RawClient raw = new RawClient(door).send(RawClient.hello(2, 9))) {
            FrameReader answer = raw.next();
            assertThat(answer.takeInt()).isEqualTo(Protocol.MAGIC);
            assertThat(answer.takeShort()).isZero();
            raw.expectEnd();
        }
    }

    @Test
    void aClientOfSeveralVersionsAndALongerHelloIsServed() throws IOException {
        Bytes longer = RawClient.frame(
                out -> out.putInt(Protocol.MAGIC).putShort(1).putShort(4).putLong(77));
        try (RawClient raw = new RawClient(door).send(longer)) {
            FrameReader answer = raw.next();
            assertThat(answer.takeInt()).isEqualTo(Protocol.MAGIC);
            assertThat(answer.takeShort()).isEqualTo(1);
            assertThat(raw.send(read(5)).next().takeLong()).isEqualTo(5);
        }
    }

    @Test
    void whoSaysNothingOrHalfAFrameOrNothingMoreIsCutOff() throws IOException {
        Duration brief = Duration.ofMillis(200);
        Duration lasting = Duration.ofMinutes(5);
        reopen(DoorSettings.Limits.DEFAULT, times(brief, lasting, lasting));
        try (RawClient raw = new RawClient(door)) {
            raw.expectEnd();
        }
        try (RawClient raw = new RawClient(door).send(new byte[] {0, 0, 0})) {
            raw.expectEnd();
        }
        reopen(DoorSettings.Limits.DEFAULT, times(lasting, brief, lasting));
        try (RawClient raw = greeted().send(new byte[] {0, 0, 0, 9, 1})) {
            raw.expectEnd();
        }
        reopen(DoorSettings.Limits.DEFAULT, times(lasting, lasting, brief));
        try (RawClient raw = greeted()) {
            raw.expectEnd();
        }
        Eventually.holds(() -> assertThat(gauge("data_door_connections")).isZero());
    }

    @Test
    void aConnectionWithARequestIsNotIdle() throws Exception {
        Duration lasting = Duration.ofMinutes(5);
        reopen(DoorSettings.Limits.DEFAULT, times(lasting, lasting, Duration.ofMillis(100)));
        gate.shutAfter();
        try (RawClient raw = greeted().send(read(1));
                RawClient witness = greeted()) {
            witness.expectEnd();
            gate.open();
            assertThat(raw.next().takeLong()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatTakesNoAnswersIsCutOffWhileOthersAreServed() throws IOException {
        memory.commit(put("a", new byte[4 << 20]), soon());
        Duration lasting = Duration.ofMinutes(5);
        reopen(DoorSettings.Limits.DEFAULT, times(lasting, Duration.ofMillis(500), lasting));
        try (RawClient raw = greeted()) {
            for (int id = 0; id < 20; id++) {
                raw.send(read(id));
            }
            Eventually.holds(() -> {
                assertThat(client.database().read(List.of(key("b")), soon())).containsOnlyNulls();
                assertThat(metrics.prometheus()).contains("data_door_cut_total 1");
            });
        }
    }

    @Test
    void moreRequestsOfAConnectionThanAllowedAreRefused() throws IOException {
        reopen(new DoorSettings.Limits(10, 2, 100, 10), DoorSettings.Times.DEFAULT);
        gate.shutBefore();
        try (RawClient raw = greeted()) {
            for (int id = 1; id <= 3; id++) {
                raw.send(read(id));
            }
            assertBusy(raw, 3, "2 requests of this connection are begun (expected: fewer)");
            gate.open();
            assertThat(raw.next().takeLong() + raw.next().takeLong()).isEqualTo(3);
        }
    }

    @Test
    void moreRequestsInAllThanAllowedAreRefused() throws IOException {
        reopen(new DoorSettings.Limits(10, 2, 3, 10), DoorSettings.Times.DEFAULT);
        gate.shutBefore();
        try (RawClient one = greeted();
                RawClient other = greeted()) {
            one.send(read(1)).send(read(2));
            Eventually.holds(
                    () -> assertThat(gauge("data_door_in_flight_requests")).isEqualTo(2));
            other.send(read(3)).send(read(4));
            assertBusy(other, 4, "3 requests are begun (expected: fewer)");
            gate.open();
        }
    }

    @Test
    void withoutAFreeWorkerAWriteIsRefusedAndAReadIsServed() throws IOException {
        reopen(new DoorSettings.Limits(10, 10, 10, 1), DoorSettings.Times.DEFAULT);
        gate.shutBefore();
        try (RawClient raw = greeted()) {
            for (int id = 1; id <= 2; id++) {
                raw.send(RawClient.request(
                        id,
                        Verb.SCAN,
                        NEVER,
                        out -> DatabaseCodec.putScan(out, new Scan("table", "group", "", "", 1))));
            }
            assertBusy(raw, 2, "the data node is busy or stopping");
            raw.send(read(3));
            gate.open();
            assertThat(raw.next().takeLong() + raw.next().takeLong()).isEqualTo(4);
        }
    }

    private static void assertBusy(RawClient raw, long id, String message) throws IOException {
        FrameReader answer = raw.next();
        assertThat(answer.takeLong()).isEqualTo(id);
        assertThat(answer.takeByte()).isEqualTo(Protocol.STATUS_ERROR);
        answer.takeLong();
        assertThat(answer.takeInt()).isEqualTo(ErrorCode.UNAVAILABLE.number());
        assertThat(answer.takeText()).contains(message);
    }

    @Test
    void moreConnectionsThanAllowedAreClosed() throws IOException {
        reopen(new DoorSettings.Limits(2, 10, 10, 1), DoorSettings.Times.DEFAULT);
        try (RawClient one = greeted();
                RawClient two = greeted();
                RawClient three = new RawClient(door)) {
            three.expectEnd();
            one.send(read(1)).next();
            two.send(read(1)).next();
        }
        Eventually.holds(() -> assertThat(gauge("data_door_connections")).isZero());
        client.database().read(List.of(key("a")), soon());
    }

    @Test
    void aReadThatIsHeldUpDoesNotHoldUpOthersOfItsConnection() throws IOException {
        try (RawClient raw = greeted()) {
            gate.shutAfter();
            raw.send(read(1));
            Eventually.holds(() -> assertThat(gate.calls()).isEqualTo(1));
            raw.send(read(2)).send(read(3));
            Eventually.holds(() -> assertThat(gate.calls()).as("reads begun").isEqualTo(3));
            gate.open();
            long ids = 0;
            for (int answer = 0; answer < 3; answer++) {
                ids |= 1L << raw.next().takeLong();
            }
            assertThat(ids).isEqualTo(0b1110);
            assertThat(raw.send(read(4)).next().takeLong()).isEqualTo(4);
        }
    }

    @Test
    void aStopFinishesWhatIsBegunAndRefusesTheRest() throws Exception {
        client.database().read(List.of(key("a")), soon());
        gate.shutAfter();
        try (ExecutorService executor = Executors.newFixedThreadPool(2);
                RawClient raw = greeted()) {
            int before = gate.calls();
            Future<Outcome> begun = executor.submit(() -> client.database().commit(put("a", new byte[1]), soon()));
            Eventually.holds(() -> assertThat(gate.calls()).isGreaterThan(before));
            Future<?> stop = executor.submit(door::close);
            Eventually.holds(
                    () -> assertThatThrownBy(() -> new RawClient(door).close()).isInstanceOf(ConnectException.class));
            assertBusy(raw.send(read(99)), 99, "the data node is stopping");
            assertThat(stop.isDone()).isFalse();
            gate.open();
            assertThat(begun.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Applied.class);
            stop.get(20, TimeUnit.SECONDS);
            raw.expectEnd();
        }
        assertUnavailable(() -> client.database().read(List.of(key("a")), soon()), "");
    }

    @Test
    void aCommitWhoseConnectionBreaksIsUnknownAndAReadUnavailable() throws Exception {
        reopen(
                DoorSettings.Limits.DEFAULT,
                new DoorSettings.Times(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ZERO));
        client.database().read(List.of(key("a")), soon());
        int before = gate.calls();
        gate.shutAfter();
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<Outcome> commit = executor.submit(() -> client.database().commit(put("a", new byte[1]), soon()));
            Future<?> read = executor.submit(() -> client.database().read(List.of(key("a")), soon()));
            Eventually.holds(() -> assertThat(gate.calls()).isEqualTo(before + 2));
            door.close();
            assertThat(commit.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Unknown.class);
            assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FeatureStoreException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        }
    }

    @Test
    void anAnswerThatComesTooLateDisturbsNobody() {
        gate.shutAfter();
        Deadline brief = Deadline.after(System::nanoTime, Duration.ofMillis(150));
        assertThatThrownBy(() -> client.database().read(List.of(key("a")), brief))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
                .hasMessage("no answer of data node data-1 in time");
        Deadline again = Deadline.after(System::nanoTime, Duration.ofMillis(150));
        assertThat(client.database().commit(put("a", new byte[] {7}), again)).isInstanceOf(Outcome.Unknown.class);
        gate.open();
        for (int read = 0; read < 10; read++) {
            assertThat(client.database().read(List.of(key("a")), soon()).getFirst())
                    .isNotNull()
                    .satisfies(row -> assertThat(row.value()).containsExactly(7));
        }
        assertThat(gauge("data_door_connections"))
                .as("the same connections, for reads and for writes, all along")
                .isEqualTo(2);
    }

    @Test
    void aRequestIsNotBegunAfterItsDeadlineByTheTickerOfTheDoor() throws IOException {
        try (RawClient raw = new RawClient(door).send(RawClient.hello(1, 1))) {
            FrameReader hello = raw.next();
            hello.takeInt();
            hello.takeShort();
            hello.takeInt();
            hello.takeInt();
            long doorNow = hello.takeLong();
            raw.send(RawClient.request(
                    1, Verb.COMMIT, doorNow - 1, out -> DatabaseCodec.putCommit(out, put("a", new byte[1]))));
            FrameReader answer = raw.next();
            answer.takeLong();
            assertThat(answer.takeByte()).isEqualTo(Protocol.STATUS_ERROR);
            assertThat(answer.takeLong()).isGreaterThanOrEqualTo(doorNow);
            assertThat(answer.takeInt()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED.number());
        }
        assertThat(memory.read(List.of(key("a")), soon())).containsOnlyNulls();
    }

    @Test
    void pagesAndChangesThatAreTooLongForAFrameEndEarly() {
        for (int row = 0; row < 5; row++) {
            memory.commit(put("row" + row, new byte[3 << 20]), soon());
        }
        Database remote = client.database();
        var page = remote.scan(new Scan("table", "group", "", "", 10), soon());
        assertThat(page.rows()).hasSize(2);
        assertThat(page.next()).isEqualTo("row2");
        assertThatThrownBy(() -> remote.read(
                        List.of(key("row0"), key("row1"), key("row2"), key("row3"), key("row4"), key("row0")), soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                .hasMessage("answer of read: more than 16777216 bytes (expected: at most that)");
        String longRest = "x".repeat(1_000);
        for (int commit = 0; commit < 9; commit++) {
            int number = commit;
            List<Write> writes = IntStream.range(0, 1_000)
                    .<Write>mapToObj(index -> new Write.Remove(key(number + "/" + index + longRest)))
                    .toList();
            memory.commit(new Commit(RequestId.random(random), List.of(), writes), soon());
        }
        assertThat(remote.changes(0, soon())).isEqualTo(new Changes.TooOld(14));
    }

    @Test
    void aDefectOfTheDatabaseIsInternalButOfACommitUnknown() {
        reopen(DoorSettings.Limits.DEFAULT, DoorSettings.Times.DEFAULT, new BrokenDatabase());
        assertThatThrownBy(() -> client.database().changes(0, soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INTERNAL))
                .hasMessage("the data node failed in changes");
        assertThat(client.database().commit(put("a", new byte[1]), soon()))
                .isEqualTo(new Outcome.Unknown("the data node failed"));
    }

    @Test
    void requestsAreCountedByVerb() {
        client.database().commit(put("a", new byte[100]), soon());
        assertThatThrownBy(() -> client.onlineRows()
                        .scan(
                                new OnlineSchema(1, List.of(), List.of(0), null, null),
                                Projection.ALL,
                                new byte[] {1},
                                5,
                                soon()))
                .isInstanceOf(FeatureStoreException.class);
        Eventually.holds(() -> assertThat(metrics.prometheus())
                .contains("data_door_request_seconds_count{verb=\"commit\"} 1")
                .contains("data_door_failures_total{verb=\"commit\"} 0")
                .contains("data_door_failures_total{verb=\"online_scan\"} 1")
                .contains("data_door_in_flight_requests 0"));
        assertThat(gauge("data_door_received_bytes_total")).isGreaterThan(100);
        assertThat(gauge("data_door_sent_bytes_total")).isGreaterThan(10);
    }

    private static final class BrokenDatabase implements Database {
        @Override
        public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public Page scan(Scan scan, Deadline deadline) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public Outcome commit(Commit commit, Deadline deadline) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public Changes changes(long since, Deadline deadline) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Good requests with bytes changed, cut, doubled or put in: answered or closed, and nothing is left behind. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void brokenFramesNeverHangADoorNorLeaveAnythingBehind(long seed) throws Exception {
        client.database().commit(put("a", new byte[100]), soon());
        client.close();
        Eventually.holds(() -> assertThat(gauge("data_door_connections")).isZero());
        long threads = readers();
        Random own = new Random(seed);
        for (int round = 0; round < 150; round++) {
            byte[] bytes = mutated(own);
            try (RawClient raw = new RawClient(door)) {
                raw.send(bytes);
                raw.finish();
                raw.expectEnd();
            } catch (SocketException e) {
                // The door may close while we still send.
            } catch (IOException e) {
                throw new AssertionError(
                        "seed " + seed + " round " + round + ": "
                                + HexFormat.of().formatHex(bytes),
                        e);
            }
        }
        Eventually.holds(() -> {
            assertThat(gauge("data_door_connections")).isZero();
            assertThat(gauge("data_door_in_flight_requests")).isZero();
            assertThat(readers()).isLessThanOrEqualTo(threads);
        });
        client = TestDoor.client(door, null);
        assertThat(client.database().commit(put("b", new byte[1]), soon())).isInstanceOf(Outcome.Applied.class);
    }

    private static long readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("data-door-"))
                .count();
    }

    private byte[] mutated(Random own) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (own.nextInt(8) > 0) {
            RawClient.hello(1, 1).send(out);
        }
        int start = own.nextInt(4) == 0 ? 0 : out.size();
        for (int frame = 0; frame < 4; frame++) {
            good(own).send(out);
        }
        byte[] bytes = out.toByteArray();
        for (int change = own.nextInt(4); change >= 0 && start < bytes.length; change--) {
            int at = start + own.nextInt(bytes.length - start);
            switch (own.nextInt(4)) {
                case 0 -> bytes[at] = (byte) own.nextInt();
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 -> bytes[at] ^= (byte) (1 << own.nextInt(8));
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
                    System.arraycopy(bytes, at, longer, at + 3, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    private Bytes good(Random own) {
        Verb verb = List.of(Verb.values()).get(own.nextInt(Verb.values().length));
        OnlineSchema schema = new OnlineSchema(1, List.of(), List.of(0), null, null);
        OnlineKey online = new OnlineKey(1, new byte[] {1, 2, 3});
        return RawClient.request(own.nextLong(), verb, NEVER, out -> {
            switch (verb) {
                case READ -> DatabaseCodec.putKeys(out, List.of(key("a"), key("b")));
                case SCAN -> DatabaseCodec.putScan(out, new Scan("table", "group", "", "", 10));
                case COMMIT -> DatabaseCodec.putCommit(out, put("c", new byte[20]));
                case CHANGES -> out.putLong(own.nextInt(3));
                case ONLINE_READ ->
                    OnlineCodec.putReads(
                            out, List.of(new TableRead(schema, List.of(online), Projection.of(List.of(0, 2)))));
                case ONLINE_UPSERT ->
                    OnlineCodec.putWrites(
                            out, List.of(new RowWrite(online, RowCodec.tombstone(new RowCodec.LogPosition(0, 1)))));
                case ONLINE_CLEAR -> out.putLong(1).putInt(0).putLong(5);
                case ONLINE_DROP -> out.putLong(9);
                case ONLINE_SCAN ->
                    OnlineCodec.putScan(out, new OnlineCodec.ScanRequest(schema, Projection.ALL, new byte[0], 10));
                case SLOT_SCAN -> {
                    OnlineCodec.putScan(out, new OnlineCodec.ScanRequest(schema, Projection.ALL, new byte[0], 10));
                    out.putInt(7);
                }
                case SLOT_GATE, SLOT_SIZE -> {}
                case SLOT_REPLACE -> SlotCodec.putGate(out, SlotGate.UNSET);
                case SLOT_DRAIN, SLOT_MARKS -> out.putLong(1);
                case SLOT_ROWS -> {
                    SlotCodec.putSlots(out, List.of(1, 2));
                    out.putArray(new byte[0]);
                }
                case SLOT_FILL -> OnlineCodec.putWrites(out.putLong(1), List.of());
                case SLOT_EMPTY -> SlotCodec.putSlots(out.putLong(1), List.of(1));
                case SLOT_DIGEST -> SlotCodec.putSlots(out, List.of(1));
                case SLOT_MARK -> SlotCodec.putMarks(out, List.of(new SlotRows.Mark(1, Clearing.DROPPED)));
            }
        });
    }
}
