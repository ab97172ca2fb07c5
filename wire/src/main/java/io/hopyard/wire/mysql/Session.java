package io.hopyard.wire.mysql;

import io.hopyard.core.access.OnlineLogins.OnlineLogin;
import io.hopyard.core.access.Permission;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.ServingCatalog.OnlineTable;
import io.hopyard.core.time.Deadline;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection from greeting to end. Everything but {@link #cut} and {@link #overdue} belongs to its own thread. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int COM_QUIT = 0x01;
    private static final int COM_QUERY = 0x03;
    private static final int COM_PING = 0x0E;
    private static final long BUSY = Long.MIN_VALUE;
    private static final int READ_BUFFER_BYTES = 4 << 10;
    private static final Set<String> SYSTEM_DATABASES =
            Set.of("information_schema", "performance_schema", "mysql", "sys");
    private static final long LINGER_BYTES_MAX = 64L << 20;

    private final Socket client;
    private final MysqlSettings settings;
    private final MysqlDoor.Parts parts;
    private final ShapeCache shapes;
    private final SessionMetrics metrics;
    private final BooleanSupplier draining;
    private final PacketReader in;
    private final PacketWriter out;
    private volatile long dueNanos;
    /** Since when the client has asked nothing; {@link #BUSY} while it is answered. */
    private volatile long idleSinceNanos = BUSY;

    private long statementDueNanos;
    private @Nullable Credentials credentials;
    private @Nullable String database;
    private byte @Nullable [] provenAgainst;

    /** @param draining true when the connection shall not outlive its next answer */
    Session(
            Socket client,
            MysqlSettings settings,
            MysqlDoor.Parts parts,
            ShapeCache shapes,
            SessionMetrics metrics,
            BooleanSupplier draining)
            throws IOException {
        this.client = client;
        this.draining = draining;
        this.settings = settings;
        this.parts = parts;
        this.shapes = shapes;
        this.metrics = metrics;
        this.in = new PacketReader(new BufferedInputStream(client.getInputStream(), READ_BUFFER_BYTES));
        this.out = new PacketWriter(watched(client.getOutputStream()));
        within(settings.loginTimeout());
        this.statementDueNanos = dueNanos;
    }

    /** Each piece that the client takes gives it time for the next one. */
    private OutputStream watched(OutputStream raw) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                raw.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                within(settings.stallTimeout());
                raw.write(bytes, offset, length);
                dueNanos = statementDueNanos;
            }

            @Override
            public void flush() throws IOException {
                raw.flush();
            }
        };
    }

    private void within(Duration time) {
        dueNanos = parts.ticker().nanos() + time.toNanos();
    }

    /** True when the connection has done nothing for longer than what it was doing may take. */
    boolean overdue(long nowNanos) {
        return nowNanos - dueNanos > 0;
    }

    /** True when the client is logged in and has asked nothing for so long. */
    boolean idleFor(Duration time, long nowNanos) {
        long since = idleSinceNanos;
        return since != BUSY && nowNanos - since > time.toNanos();
    }

    /** Ends the connection from another thread. */
    void cut() {
        try {
            client.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("MySQL connection could not be closed");
        }
    }

    /** Says why, and closes. */
    void refuse(MysqlError error) {
        try (client) {
            out.sequence(0);
            out.error(error);
            out.flush();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("MySQL client left before its refusal");
        }
    }

    void run(int id) {
        try (client) {
            serve(id);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("connection", id).setCause(e).log("MySQL connection was cut");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("connection", id).setCause(e).log("MySQL connection failed");
        }
    }

    private void serve(int id) throws IOException {
        try {
            if (open(id)) {
                commands();
            }
        } catch (MysqlError e) {
            out.abandon();
            out.sequence(in.sequence() + 1);
            out.error(e);
            out.flush();
            linger();
        }
    }

    /** Takes what the client is still sending, else it would meet a reset connection in place of the error. */
    private void linger() throws IOException {
        within(settings.loginTimeout());
        client.shutdownOutput();
        byte[] rubbish = new byte[READ_BUFFER_BYTES];
        long drained = 0;
        for (int count = 0; count >= 0 && drained < LINGER_BYTES_MAX; drained += count) {
            count = client.getInputStream().read(rubbish);
        }
    }

    private boolean open(int id) throws IOException {
        Handshake handshake = new Handshake(in, out, parts.random());
        Handshake.Opening opening = handshake.open(id);
        if (opening == null) {
            return false;
        }
        credentials = opening.credentials();
        database = opening.database();
        try {
            Deadline deadline = deadline(settings.loginTimeout());
            OnlineLogin login = login(opening.credentials(), deadline);
            if (opening.database() != null) {
                enter(login, opening.database(), deadline);
            }
        } catch (FeatureStoreException e) {
            // Drivers remember a refused login for ever; the check comes again with each statement.
            LOG.atWarn()
                    .addKeyValue("user", opening.credentials().user())
                    .setCause(e)
                    .log("MySQL login cannot be checked now");
        }
        handshake.welcome(opening);
        return true;
    }

    /** Refuses with 1045 who is unknown, revoked, or has another password by now. */
    private OnlineLogin login(Credentials given, Deadline deadline) {
        OnlineLogin login = parts.logins().find(given.user(), deadline);
        if (login != null && !Arrays.equals(login.sha256(), provenAgainst)) {
            login = given.prove(login) ? login : null;
        }
        if (login == null) {
            metrics.denied();
            throw new MysqlError(
                    MysqlError.Kind.ACCESS_DENIED,
                    "Access denied for user '" + given.user() + "' (using password: "
                            + (given.passwordGiven() ? "YES" : "NO") + ")");
        }
        provenAgainst = login.sha256();
        return login;
    }

    private void enter(OnlineLogin login, String named, Deadline deadline) {
        Long projectId = parts.catalog().projectId(named.toLowerCase(Locale.ROOT), deadline);
        if (projectId == null || !mayRead(login, projectId, deadline)) {
            throw new MysqlError(
                    MysqlError.Kind.DATABASE_DENIED,
                    "Access denied for user '" + login.caller().username() + "' to database '" + named + "'");
        }
    }

    private Deadline deadline(Duration timeout) {
        return Deadline.after(parts.ticker(), timeout);
    }

    private void commands() throws IOException {
        while (true) {
            within(settings.idleTimeout());
            idleSinceNanos = parts.ticker().nanos();
            byte[] packet = in.read(0, settings.packetBytesMax());
            idleSinceNanos = BUSY;
            if (packet.length == 0 || packet[0] == COM_QUIT) {
                return;
            }
            within(settings.scanTimeout().plus(settings.stallTimeout()));
            statementDueNanos = dueNanos;
            out.sequence(1);
            switch (packet[0]) {
                case COM_QUERY -> query(packet);
                case COM_PING -> out.ok();
                default ->
                    out.error(new MysqlError(
                            MysqlError.Kind.UNKNOWN_COMMAND,
                            "Unknown command: " + (packet[0] & 0xFF) + " (expected: query, ping or quit)"));
            }
            out.flush();
            if (draining.getAsBoolean()) {
                return;
            }
        }
    }

    private void query(byte[] packet) throws IOException {
        long from = parts.ticker().nanos();
        MysqlError error;
        try {
            answer(SqlParser.parse(Arrays.copyOfRange(packet, 1, packet.length), shapes));
            metrics.answered(parts.ticker().nanos() - from);
            return;
        } catch (MysqlError e) {
            error = e;
        } catch (FeatureStoreException e) {
            error = MysqlError.of(e);
            if (error.kind() == MysqlError.Kind.INTERNAL) {
                LOG.atError().setCause(e).log("MySQL statement failed");
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("MySQL statement failed");
            error = new MysqlError(MysqlError.Kind.INTERNAL, "internal error");
        }
        metrics.failed(parts.ticker().nanos() - from);
        out.abandon();
        if (error.kind() == MysqlError.Kind.ACCESS_DENIED) {
            throw error;
        }
        out.error(error);
    }

    private void answer(Sql statement) throws IOException {
        switch (statement) {
            case Sql.Nothing() -> out.ok();
            case Sql.Constant constant -> constant(constant);
            case Sql.ShowWarnings() -> warnings();
            case Sql.Select select -> select(select);
        }
    }

    private void constant(Sql.Constant constant) throws IOException {
        String value = switch (constant.asked()) {
            case VERSION -> Handshake.VERSION;
            case DATABASE -> database;
            case ISOLATION -> "REPEATABLE-READ";
            case SQL_MODE -> "";
            case LOWER_CASE_TABLE_NAMES -> "0";
            case AUTOCOMMIT, ONE -> "1";
        };
        out.columnCount(1);
        out.column(constant.name(), constant.asked() == Sql.Asked.ONE ? ColumnType.BIGINT : ColumnType.STRING);
        out.eof();
        out.begin();
        if (value == null) {
            out.nothing();
        } else {
            out.text(value);
        }
        out.end();
        out.eof();
    }

    private void warnings() throws IOException {
        out.columnCount(3);
        out.column("Level", ColumnType.STRING);
        out.column("Code", ColumnType.BIGINT);
        out.column("Message", ColumnType.STRING);
        out.eof();
        out.eof();
    }

    private void select(Sql.Select select) throws IOException {
        Credentials given = credentials;
        if (given == null) {
            throw new IllegalStateException("a statement before the login");
        }
        Deadline deadline = deadline(settings.statementTimeout());
        OnlineLogin login = login(given, deadline);
        Query query = Binder.bind(select, ref -> table(login, ref, deadline));
        Deadline inTime = query.keys() == null ? deadline(settings.scanTimeout()) : deadline;
        new QueryRunner(query, parts.rows(), out, settings.pageRows(), inTime, parts.ticker()).run();
    }

    /** Who may not read a project learns nothing about its tables. */
    private OnlineTable table(OnlineLogin login, Sql.TableRef ref, Deadline deadline) {
        String named = ref.database() == null ? database : ref.database();
        if (named == null) {
            throw new MysqlError(MysqlError.Kind.UNKNOWN_TABLE, "No database selected for table '" + ref.table() + "'");
        }
        String name = named.toLowerCase(Locale.ROOT);
        if (SYSTEM_DATABASES.contains(name)) {
            throw MysqlError.unsupported("the database " + name);
        }
        Long projectId = parts.catalog().projectId(name, deadline);
        if (projectId == null || !mayRead(login, projectId, deadline)) {
            throw denied(login, named, ref);
        }
        OnlineTable table = parts.catalog().table(name, ref.table(), deadline);
        if (table == null) {
            throw new MysqlError(
                    MysqlError.Kind.UNKNOWN_TABLE, "Table '" + named + "." + ref.table() + "' doesn't exist");
        }
        if (table.projectId() != projectId && !mayRead(login, table.projectId(), deadline)) {
            throw denied(login, named, ref);
        }
        return table;
    }

    private boolean mayRead(OnlineLogin login, long projectId, Deadline deadline) {
        return parts.gate().allows(login.caller(), projectId, Permission.READ, deadline);
    }

    private static MysqlError denied(OnlineLogin login, String database, Sql.TableRef ref) {
        return new MysqlError(
                MysqlError.Kind.TABLE_DENIED,
                "SELECT command denied to user '" + login.caller().username() + "' for table '" + database + "."
                        + ref.table() + "'");
    }
}
