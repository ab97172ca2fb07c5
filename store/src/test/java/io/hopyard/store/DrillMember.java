package io.hopyard.store;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.Pairing;
import io.hopyard.testkit.wait.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One member of a pair as a process of its own, for drills. It does what it is told on its standard input and says so on its
 * standard output; when the input ends, so does it.
 */
final class DrillMember implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int BATCH = 8;
    private static final Duration CALL_MAX = Duration.ofSeconds(10);
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            1,
            List.of(
                    new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("value", FeatureType.Simple.STRING, null)),
            List.of(0),
            null,
            null);

    private final StoreNode node;
    private final Writer acknowledged;
    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean loaded;

    private DrillMember(StoreNode node, Path log) throws IOException {
        this.node = node;
        this.acknowledged = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Arguments: name, directory, own and peer's host and three ports each, port of the register, "guarded" or not, log. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        StoreSettings.Address own = address(arguments[2]);
        StoreSettings.Address peer = address(arguments[3]);
        StoreSettings settings = new StoreSettings(
                        Path.of(arguments[1]),
                        name,
                        own,
                        new StoreSettings.Memory(64 << 20, 256 << 20, 4 << 20),
                        StoreSettings.Durability.OPERATING_SYSTEM,
                        StoreSettings.RETENTION)
                .with(new StoreSettings.Pair(
                        name.equals("data-0") ? "data-1" : "data-0",
                        peer,
                        heartbeat(arguments[2]),
                        heartbeat(arguments[3])));
        Pairing pairing = new Pairing(
                new RegisterDoor.Client("127.0.44.9", Integer.parseInt(arguments[4])),
                null,
                NodeGate.OPEN,
                why -> {
                    System.err.println("halt: " + why);
                    Runtime.getRuntime().halt(3);
                },
                Timings.DEFAULT,
                new SecureRandom());
        PairedMember.Seams seams = arguments[5].equals("guarded") ? PairedMember.Seams.NONE : TestPair.UNGUARDED;
        StoreNode node = new StoreNode(
                settings, new OpenStore.Senses(Clock.systemUTC(), System::nanoTime, new Metrics()), pairing, seams);
        try (DrillMember member = new DrillMember(node, Path.of(arguments[6]))) {
            node.start(Duration.ofMinutes(2));
            member.obey();
        }
    }

    private static StoreSettings.Address address(String text) {
        String[] parts = text.split(":", -1);
        return new StoreSettings.Address(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    private static int heartbeat(String text) {
        return Integer.parseInt(text.split(":", -1)[3]);
    }

    /** Other lines are of somebody's log. */
    private static void say(String what) {
        System.out.println("> " + what);
    }

    private void obey() throws Exception {
        say("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            switch (words[0]) {
                case "load" -> load(Long.parseLong(words[1]));
                case "missing" -> say(missing(words));
                case "rest" -> rest();
                default -> throw new IOException("no such order: " + order);
            }
        }
    }

    /** @param load number of it, never used before: its keys are written by nobody else */
    private void load(long load) {
        loaded = true;
        for (int number = 0; number < WRITERS; number++) {
            long first = load << 32 | (long) number << 28;
            boolean online = number % 2 == 0;
            running.add(writers.submit(() -> write(first, online)));
        }
        say("loading");
    }

    private void rest() throws Exception {
        loaded = false;
        for (Future<?> writer : running) {
            writer.get();
        }
        running.clear();
        say("resting");
    }

    private void write(long first, boolean online) {
        for (long id = first; loaded; id += BATCH) {
            try {
                if (online ? upsert(id) : commit(id)) {
                    acknowledged(online ? 'o' : 'm', id);
                }
            } catch (FeatureStoreException e) {
                // Not acknowledged; the next may be.
                Thread.onSpinWait();
            }
        }
    }

    private synchronized void acknowledged(char kind, long first) {
        try {
            acknowledged.write(kind + " " + first + "\n");
            acknowledged.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, CALL_MAX);
    }

    private static RowKey row(long id) {
        return new RowKey("table", "group", "row" + id);
    }

    private static OnlineKey onlineKey(long id) {
        return KeyCodec.encode(SCHEMA, new Object[] {id});
    }

    private boolean commit(long first) {
        List<Write> writes = LongStream.range(first, first + BATCH)
                .<Write>mapToObj(id -> new Write.Put(row(id), new byte[100]))
                .toList();
        Commit commit = new Commit(new RequestId(new UUID(1, first)), List.of(), writes);
        return node.database().commit(commit, soon()) instanceof Outcome.Applied;
    }

    private boolean upsert(long first) {
        List<RowWrite> writes = LongStream.range(first, first + BATCH)
                .mapToObj(id -> new RowWrite(
                        onlineKey(id), RowCodec.encode(SCHEMA, new Object[] {id, "v" + id}, new LogPosition(0, id))))
                .toList();
        node.onlineRows().upsert(writes, soon());
        return true;
    }

    /** Looks for everything that was acknowledged, in the logs that are named; says how much that was and what is missing. */
    private String missing(String[] logs) throws IOException {
        List<String> missing = new ArrayList<>();
        long looked = 0;
        for (int index = 1; index < logs.length; index++) {
            for (String line : Files.readAllLines(Path.of(logs[index]))) {
                long first = Long.parseLong(line.substring(2));
                looked += BATCH;
                // It may be refused for a while, but in the end it must be answered.
                Eventually.holds(() -> {
                    if (!found(line.charAt(0), first)) {
                        missing.add(line);
                    }
                });
            }
        }
        return looked + " looked for, missing " + missing.size() + " "
                + missing.subList(0, Math.min(5, missing.size()));
    }

    private boolean found(char kind, long first) {
        if (kind == 'm') {
            List<@Nullable Row> rows = node.database()
                    .read(
                            LongStream.range(first, first + BATCH)
                                    .mapToObj(DrillMember::row)
                                    .toList(),
                            soon());
            return !rows.contains(null);
        }
        List<OnlineKey> keys = LongStream.range(first, first + BATCH)
                .mapToObj(DrillMember::onlineKey)
                .toList();
        List<@Nullable OnlineRow> rows =
                node.onlineRows().read(List.of(new TableRead(SCHEMA, keys, Projection.ALL)), soon());
        return !rows.contains(null);
    }

    @Override
    public void close() throws IOException {
        loaded = false;
        writers.shutdownNow();
        node.close();
        acknowledged.close();
    }
}
