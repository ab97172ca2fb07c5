package io.hopyard.store;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A store in a process of its own, which may be killed, and which does what its input says, line by line; what it answers
 * is read by {@link StoreProcess}. Rows and commits come in batches: {@value #BATCH_ROWS} rows of one table and one row of
 * metadata, numbered from 0.
 */
final class StoreChild {
    static final int BATCH_ROWS = 50;
    private static final TestRows TABLE = TestRows.ofTable(1);
    private static final Instant EVENT_TIME = Instant.parse("2100-01-01T00:00:00Z");
    private static final String FILLER = "x".repeat(2_000);

    private final Path directory;
    private final StoreNode node;
    private final Database database;
    private final OnlineRows rows;

    private StoreChild(Path directory, StoreSettings.Durability durability, long reserveBytes) {
        this.directory = directory;
        StoreSettings settings = settings(directory.resolve("store"), durability);
        this.node = new StoreNode(settings, Clock.systemUTC(), System::nanoTime, new Metrics());
        DiskGuard guard = DiskGuard.of(settings.directory(), DiskReserve.of(reserveBytes), new Metrics());
        this.database = guard.around(node.database());
        this.rows = guard.around(node.onlineRows());
    }

    static StoreSettings settings(Path directory, StoreSettings.Durability durability) {
        StoreSettings usual = TestStore.settings(directory, new StoreSettings.Memory(64 << 20, 64 << 20, 16 << 20));
        return new StoreSettings(
                directory, usual.consistentId(), usual.address(), usual.memory(), durability, usual.retention());
    }

    /** Arguments: directory, durability, bytes that the guard of the disk keeps free. */
    public static void main(String[] args) throws IOException {
        StoreChild child =
                new StoreChild(Path.of(args[0]), StoreSettings.Durability.valueOf(args[1]), Long.parseLong(args[2]));
        say("begun");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            child.obey(line.split(" "));
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void obey(String[] command) throws IOException {
        switch (command[0]) {
            case "start" -> {
                node.start(TestStore.START_MAX);
                say("started");
            }
            case "write" -> write(Long.parseLong(command[1]), Long.parseLong(command[2]));
            case "missing" -> say("missing " + missing(database, rows, Long.parseLong(command[1])));
            case "ready" -> say("ready " + node.ready());
            case "stop" -> {
                node.close();
                say("stopped");
            }
            case "fill" -> fill(Long.parseLong(command[1]));
            case "free" -> {
                Files.delete(ballast());
                say("freed");
            }
            case "exit" -> Runtime.getRuntime().halt(0);
            default -> throw new IllegalArgumentException(command[0]);
        }
    }

    private void write(long from, long to) {
        for (long batch = from; batch < to; batch++) {
            try {
                write(batch);
            } catch (FeatureStoreException e) {
                say("refused " + e.code() + " " + e.text());
                return;
            }
            say("acked " + (batch + 1));
        }
        say("written");
    }

    private void write(long batch) {
        rows.upsert(
                ids(batch)
                        .mapToObj(id -> TABLE.row(id, EVENT_TIME, id, text(id)))
                        .toList(),
                TestRows.soon());
        Outcome outcome = database.commit(
                new Commit(
                        new RequestId(new UUID(1, batch)),
                        List.of(),
                        List.of(new Write.Put(key(batch), Long.toString(batch).getBytes(StandardCharsets.UTF_8)))),
                TestRows.soon());
        if (outcome instanceof Outcome.Unknown unknown) {
            throw new FeatureStoreException(ErrorCode.OUTCOME_UNKNOWN, unknown.reason());
        }
    }

    private static LongStream ids(long batch) {
        return LongStream.range(batch * BATCH_ROWS, (batch + 1) * BATCH_ROWS);
    }

    private static String text(long id) {
        return FILLER + id;
    }

    private static RowKey key(long batch) {
        return new RowKey("batches", "1", Long.toString(batch));
    }

    /** How many rows and commits of the first batches are not there, or not as they were written. */
    static long missing(Database database, OnlineRows rows, long batches) {
        long missing = 0;
        for (long batch = 0; batch < batches; batch++) {
            List<@Nullable Object> texts = TABLE.texts(rows, ids(batch));
            long first = batch * BATCH_ROWS;
            missing += ids(batch)
                    .filter(id -> !text(id).equals(texts.get((int) (id - first))))
                    .count();
            Row row = database.read(List.of(key(batch)), TestRows.soon()).getFirst();
            String value = row == null ? "" : new String(row.value(), StandardCharsets.UTF_8);
            missing += value.equals(Long.toString(batch)) ? 0 : 1;
        }
        return missing;
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    private void fill(long leaveBytes) throws IOException {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (directory.toFile().getUsableSpace() > leaveBytes) {
                out.write(block);
            }
        }
        say("filled");
    }
}
