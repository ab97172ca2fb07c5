package io.hopyard.wire.online;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.OnlineLogins;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.serving.ServingView;
import io.hopyard.core.serving.ServingView.ServingFeature;
import io.hopyard.core.serving.ServingView.ServingGroup;
import io.hopyard.core.serving.ServingView.ServingKey;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A small feature store in memory: project 1 {@code demo} with the groups {@code tx_1}, {@code pr_1} and {@code types_1} and
 * the view {@code fv}, project 2 {@code other} with the group {@code secret_1} and the view {@code spy}, and two users.
 */
public final class OnlineWorld implements ServingCatalog, Gate, OnlineRows, OnlineLogins {
    static final OnlineSettings SETTINGS = new OnlineSettings(1_000, 100);
    static final int BODY_BYTES_MAX = 4 << 20;

    /** Key of a member of project 1. */
    public static final String KEY = "aaaaaaaaaaaaaaaa.member";
    /** Key of somebody who is in no project. */
    public static final String STRANGER_KEY = "bbbbbbbbbbbbbbbb.stranger";
    /** Database user of the member, and its password. */
    public static final String USER = "demo_member";

    public static final String PASSWORD = "abc123";

    public static final Caller MEMBER = new Caller(1, "member", "m@example.com", false, Set.of(Scope.FEATURESTORE));
    private static final Caller STRANGER =
            new Caller(2, "stranger", "s@example.com", false, Set.of(Scope.FEATURESTORE));

    public static final OnlineSchema TX = schema(11, 1, "id:bigint", "amount:double", "fraud:int");
    public static final OnlineSchema PR = schema(12, 2, "id:bigint", "kind:string", "age:int", "note:string");
    public static final OnlineSchema SECRET = schema(21, 1, "id:bigint", "salary:bigint");
    public static final OnlineSchema TYPES = schema(
            13,
            1,
            "id:int",
            "b:boolean",
            "ti:tinyint",
            "si:smallint",
            "i:int",
            "bi:bigint",
            "f:float",
            "d:double",
            "de:decimal(10,2)",
            "s:string",
            "da:date",
            "ts:timestamp",
            "bin:binary",
            "arr:array<int>");

    public final Map<String, OnlineTable> tables = new ConcurrentHashMap<>();
    public final Map<String, ServingView> views = new ConcurrentHashMap<>();
    public final Set<Long> memberProjects = ConcurrentHashMap.newKeySet();
    public final Map<String, OnlineLogin> logins = new ConcurrentHashMap<>();
    public final AtomicInteger readCalls = new AtomicInteger();
    private final MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC());
    private final AtomicLong offset = new AtomicLong();
    private volatile @Nullable FeatureStoreException failure;
    private volatile Runnable beforePage = () -> {};

    public OnlineWorld() {
        memberProjects.add(1L);
        tables.put("demo.tx_1", new OnlineTable(1, 11, TX, "{}"));
        tables.put("demo.pr_1", new OnlineTable(1, 12, PR, "{}"));
        tables.put("demo.types_1", new OnlineTable(1, 13, TYPES, "{}"));
        tables.put("other.secret_1", new OnlineTable(2, 21, SECRET, "{}"));
        logins.put(USER, login(PASSWORD));
        views.put("demo.fv.1", demoView());
        views.put("other.spy.1", spyView());
        views.put("demo.types.1", typesView());
    }

    public static OnlineLogin login(String password) {
        return new OnlineLogin(MEMBER, 1, twice("SHA-1", password), twice("SHA-256", password));
    }

    private static byte[] twice(String algorithm, String password) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return digest.digest(digest.digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param columns {@code name:type}, the first {@code keys} of them are the primary key */
    public static OnlineSchema schema(long table, int keys, String... columns) {
        List<OnlineColumn> list = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(":", 2);
            if (list.size() < keys) {
                ordinals.add(list.size());
            }
            list.add(new OnlineColumn(parts[0], FeatureType.parse(parts[1]), null));
        }
        return new OnlineSchema(table, list, ordinals, null, null);
    }

    public static ServingFeature feature(ServingGroup group, int index, String column, boolean label) {
        int ordinal = group.schema().ordinals().getOrDefault(column, -1);
        return new ServingFeature(
                group.prefix() + column,
                group.schema().columns().get(ordinal).featureType(),
                index,
                ordinal,
                label,
                false,
                false);
    }

    private static ServingView demoView() {
        ServingGroup tx = new ServingGroup(11, 0, 1, "", TX, "{}", List.of(new ServingKey("id", "", true, null)), true);
        ServingGroup pr = new ServingGroup(
                12,
                1,
                1,
                "p_",
                PR,
                "{}",
                List.of(new ServingKey("id", "p_", false, "id"), new ServingKey("kind", "p_", true, null)),
                true);
        return new ServingView(
                1,
                "demo",
                "fv",
                1,
                List.of(tx, pr),
                List.of(
                        feature(tx, 0, "id", false),
                        feature(tx, 0, "amount", false),
                        feature(tx, 0, "fraud", true),
                        feature(pr, 1, "kind", false),
                        feature(pr, 1, "age", false),
                        feature(pr, 1, "note", false)));
    }

    private static ServingView spyView() {
        ServingGroup secret =
                new ServingGroup(21, 0, 2, "", SECRET, "{}", List.of(new ServingKey("id", "", true, null)), true);
        return new ServingView(2, "other", "spy", 1, List.of(secret), List.of(feature(secret, 0, "salary", false)));
    }

    private static ServingView typesView() {
        ServingGroup types =
                new ServingGroup(13, 0, 1, "", TYPES, "{}", List.of(new ServingKey("id", "", true, null)), true);
        List<ServingFeature> features = TYPES.columns().stream()
                .map(column -> feature(types, 0, column.name(), false))
                .toList();
        return new ServingView(1, "demo", "types", 1, List.of(types), features);
    }

    public void put(OnlineSchema schema, @Nullable Object... values) {
        @Nullable
        Object[] key =
                schema.keyOrdinals().stream().map(ordinal -> values[ordinal]).toArray();
        OnlineKey encoded = KeyCodec.encode(schema, key);
        RowImage image = RowCodec.encode(schema, values, new RowCodec.LogPosition(0, offset.getAndIncrement()));
        rows.upsert(List.of(new RowWrite(encoded, image)), soon());
    }

    /** The row 5 of {@link #TYPES} with values at the edges of their types, and the row 6 with nulls. */
    public void putEdges(String text, byte[] array) {
        put(
                TYPES,
                5L,
                true,
                -128L,
                32767L,
                Long.valueOf(Integer.MIN_VALUE),
                Long.MIN_VALUE,
                1.25f,
                1e300,
                new BigDecimal("-12345678.90"),
                text,
                20454L,
                1_767_225_600_000_001L,
                new byte[] {0, (byte) 255, 7},
                array);
        put(TYPES, 6L, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(10));
    }

    /** From now on reads fail; null = they work again. */
    public void failWith(@Nullable ErrorCode code) {
        failure = code == null ? null : new FeatureStoreException(code, "no data node answers");
    }

    /** Runs before each page of a scan is given. */
    public void beforePage(Runnable action) {
        beforePage = action;
    }

    @Override
    public @Nullable Long projectId(String database, Deadline deadline) {
        return switch (database.toLowerCase(Locale.ROOT)) {
            case "demo" -> 1L;
            case "other" -> 2L;
            default -> null;
        };
    }

    @Override
    public Lookup view(String database, String name, int version, Deadline deadline) {
        if (projectId(database, deadline) == null) {
            return new Lookup.NoStore();
        }
        ServingView view = views.get(database.toLowerCase(Locale.ROOT) + "." + name + "." + version);
        return view == null ? new Lookup.NoView() : new Lookup.Found(view);
    }

    @Override
    public @Nullable OnlineTable table(String database, String table, Deadline deadline) {
        return tables.get(database.toLowerCase(Locale.ROOT) + "." + table);
    }

    @Override
    public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
        if (KEY.equals(apiKey)) {
            return MEMBER;
        }
        if (STRANGER_KEY.equals(apiKey)) {
            return STRANGER;
        }
        throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, "API key: unknown");
    }

    @Override
    public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
        return caller.equals(MEMBER) && memberProjects.contains(projectId) && permission == Permission.READ;
    }

    @Override
    public @Nullable OnlineLogin find(String user, Deadline deadline) {
        FeatureStoreException now = failure;
        if (now != null) {
            throw now;
        }
        return logins.get(user);
    }

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        readCalls.incrementAndGet();
        FeatureStoreException now = failure;
        if (now != null) {
            throw now;
        }
        return rows.read(reads, deadline);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        beforePage.run();
        FeatureStoreException now = failure;
        if (now != null) {
            throw now;
        }
        return rows.scan(schema, projection, cursor, limit, deadline);
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
        throw new UnsupportedOperationException("doors do not write");
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        throw new UnsupportedOperationException("doors do not write");
    }

    @Override
    public void drop(long table, Deadline deadline) {
        throw new UnsupportedOperationException("doors do not write");
    }
}
