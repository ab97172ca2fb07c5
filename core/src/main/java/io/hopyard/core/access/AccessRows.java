package io.hopyard.core.access;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where users, keys and members lie in the database and how their rows are written. */
final class AccessRows {
    private static final int FORMAT = 1;
    private static final String GLOBAL = "global";

    private AccessRows() {}

    static RowKey user(long userId) {
        return new RowKey("users", GLOBAL, "id/" + padded(userId));
    }

    static RowKey email(String email) {
        return new RowKey("users", GLOBAL, "email/" + email.toLowerCase(Locale.ROOT));
    }

    static RowKey username(String username) {
        return new RowKey("users", GLOBAL, "name/" + username);
    }

    static RowKey firstAdmin() {
        return new RowKey("users", GLOBAL, "first-admin");
    }

    static RowKey key(String prefix) {
        return new RowKey("keys", GLOBAL, "prefix/" + prefix);
    }

    static String keysOf(long userId) {
        return "user/" + padded(userId) + "/";
    }

    static RowKey keyName(long userId, String name) {
        return new RowKey("keys", GLOBAL, keysOf(userId) + name);
    }

    static RowKey member(long projectId, long userId) {
        return new RowKey("members", group(projectId), padded(userId));
    }

    static String projectsOf(long userId) {
        return "user/" + padded(userId) + "/";
    }

    static RowKey projectOf(long userId, long projectId) {
        return new RowKey("members", GLOBAL, projectsOf(userId) + padded(projectId));
    }

    static RowKey onlinePassword(long projectId, long userId) {
        return new RowKey("credentials", group(projectId), padded(userId));
    }

    static String group(long projectId) {
        return "project/" + projectId;
    }

    static String padded(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, 20 - digits.length())) + digits;
    }

    static byte[] number(long number) {
        return new RecordWriter(FORMAT).put(1, number).toBytes();
    }

    static long number(Row row) {
        return read(row, record -> record.number(1));
    }

    static byte[] text(String text) {
        return new RecordWriter(FORMAT).put(1, text).toBytes();
    }

    static String text(Row row) {
        return read(row, record -> record.string(1));
    }

    static byte[] write(User user) {
        return new RecordWriter(FORMAT)
                .put(1, user.id())
                .put(2, user.username())
                .put(3, user.email())
                .put(4, user.firstName())
                .put(5, user.lastName())
                .put(6, user.admin())
                .put(7, user.active())
                .put(8, user.createdMillis())
                .toBytes();
    }

    static User user(Row row) {
        return read(
                row,
                record -> new User(
                        record.number(1),
                        record.string(2),
                        record.string(3),
                        record.string(4),
                        record.string(5),
                        record.flag(6),
                        record.flag(7),
                        record.number(8)));
    }

    static byte[] write(StoredKey stored) {
        ApiKey key = stored.key();
        return new RecordWriter(FORMAT)
                .put(1, key.prefix())
                .put(2, key.userId())
                .put(3, key.name())
                .putStrings(4, key.scopes().stream().map(Scope::name).sorted().toList())
                .put(5, key.expiresMillis())
                .put(6, key.createdMillis())
                .put(7, stored.salt())
                .put(8, stored.hash())
                .toBytes();
    }

    static StoredKey storedKey(Row row) {
        return read(
                row,
                record -> new StoredKey(
                        new ApiKey(
                                record.string(1),
                                record.number(2),
                                record.string(3),
                                scopes(record.strings(4)),
                                record.findNumber(5),
                                record.number(6)),
                        record.bytes(7),
                        record.bytes(8)));
    }

    private static Set<Scope> scopes(List<String> names) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        names.forEach(name -> scopes.add(Scope.valueOf(name)));
        return scopes;
    }

    static byte[] write(Member member) {
        return new RecordWriter(FORMAT)
                .put(1, member.projectId())
                .put(2, member.userId())
                .put(3, member.role().name())
                .put(4, member.sinceMillis())
                .toBytes();
    }

    static Member member(Row row) {
        return read(
                row,
                record -> new Member(
                        record.number(1), record.number(2), Role.valueOf(record.string(3)), record.number(4)));
    }

    /** What is stored and cannot be read is our defect, never the caller's fault. */
    private static <T> T read(Row row, Function<RecordReader, T> reader) {
        try {
            return reader.apply(RecordReader.of(row.value(), FORMAT));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("row " + row.key() + " cannot be read", e);
        }
    }

    static @Nullable Row find(Database database, RowKey key, Deadline deadline) {
        return database.read(List.of(key), deadline).getFirst();
    }

    /** All rows under a prefix of a group, refused when there are more than {@code rowsMax}. */
    static List<Row> list(
            Database database, String table, String group, String prefix, int rowsMax, Deadline deadline) {
        List<Row> rows = new ArrayList<>();
        String from = "";
        while (true) {
            Page page = database.scan(new Scan(table, group, prefix, from, 1_000), deadline);
            rows.addAll(page.rows());
            if (rows.size() > rowsMax) {
                throw new FeatureStoreException(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "more than " + rowsMax + " " + table + " (expected: at most that many in one answer)");
            }
            String next = page.next();
            if (next == null) {
                return rows;
            }
            from = next;
        }
    }
}
