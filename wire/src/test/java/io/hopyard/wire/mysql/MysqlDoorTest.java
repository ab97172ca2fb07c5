package io.hopyard.wire.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.testkit.wait.Eventually;
import io.hopyard.wire.online.OnlineWorld;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MysqlDoorTest {
    private static final String HOST = "127.0.26.2";

    private final OnlineWorld world = new OnlineWorld();
    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> open = new ArrayList<>();
    private MysqlSettings settings =
            settings(1_000, Duration.ofSeconds(10), Duration.ofHours(2), Duration.ofSeconds(30), 8 << 20);
    private @Nullable MysqlDoor door;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private int port() {
        MysqlDoor running = door;
        if (running == null) {
            world.put(OnlineWorld.TX, 1L, 1.5, 0L);
            world.put(OnlineWorld.TX, 2L, 2.5, 1L);
            world.put(OnlineWorld.TX, 3L, null, 1L);
            world.put(OnlineWorld.PR, 1L, "x", 30L, "it's \u00e4");
            world.put(OnlineWorld.PR, 2L, "y", 40L, null);
            running = new MysqlDoor(
                    settings,
                    new MysqlDoor.Parts(world, world, world, world, metrics, System::nanoTime, new SecureRandom()));
            running.start();
            open.add(running);
            door = running;
        }
        return running.port();
    }

    private RawMysql connect() {
        RawMysql client = new RawMysql(HOST, port());
        open.add(client);
        return client;
    }

    private RawMysql login() {
        RawMysql client = RawMysql.loggedIn(HOST, port(), OnlineWorld.USER, OnlineWorld.PASSWORD);
        open.add(client);
        return client;
    }

    static MysqlSettings settings(int connections, Duration login, Duration idle, Duration stall, int packet) {
        return new MysqlSettings(
                HOST,
                0,
                connections,
                login,
                idle,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                stall,
                packet,
                10,
                10);
    }

    private static String shown(RawMysql.Result result) {
        if (result.error() != null) {
            return result.error();
        }
        return result.rows().stream()
                .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }

    @Test
    void aDoorThatDrainsAnswersThenClosesAndSendsIdleClientsAway() {
        RawMysql busy = login();
        RawMysql idle = login();
        MysqlDoor draining = Objects.requireNonNull(door);
        assertThat(draining.quiet()).isFalse();
        draining.drain();
        assertThat(shown(busy.query("SELECT VERSION()"))).isEqualTo("8.0.36-hopyard");
        assertThat(busy.closedByServer()).isTrue();
        assertThat(idle.closedByServer()).isTrue();
        Eventually.holds(() -> assertThat(draining.quiet()).isTrue());
        draining.resume();
        RawMysql again = login();
        assertThat(shown(again.query("SELECT VERSION()"))).isEqualTo("8.0.36-hopyard");
        assertThat(shown(again.query("SELECT VERSION()"))).isEqualTo("8.0.36-hopyard");
    }

    @Test
    void takenPortIsNamed() {
        MysqlDoor second = new MysqlDoor(
                new MysqlSettings(
                        HOST,
                        port(),
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1_024,
                        1,
                        1),
                new MysqlDoor.Parts(world, world, world, world, new Metrics(), System::nanoTime, new SecureRandom()));

        assertThatThrownBy(second::start)
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageStartingWith(
                        "door mysql cannot listen on " + HOST + ":" + port() + ": Address already in use");
    }

    @Test
    void greetingIsWhatBothDriversAccept() {
        RawMysql client = connect();

        client.greeting();

        assertThat(client.version).isEqualTo("8.0.36-hopyard");
        assertThat(client.capabilities).isEqualTo(0x8a209);
        assertThat(client.plugin).isEqualTo("caching_sha2_password");
        assertThat(client.nonce).hasSize(20).doesNotContain(0);
    }

    @ParameterizedTest
    @CsvSource({"caching_sha2_password", "mysql_native_password", "some_other_plugin"})
    void everyPluginOfADriverLetsTheRightPasswordIn(String plugin) {
        RawMysql client = connect();
        client.greeting();

        assertThat(client.login(OnlineWorld.USER, OnlineWorld.PASSWORD, plugin)).isNull();
        assertThat(shown(client.query("SELECT VERSION()"))).isEqualTo("8.0.36-hopyard");
    }

    @ParameterizedTest
    @CsvSource({
        "demo_member,wrong,caching_sha2_password",
        "demo_member,wrong,mysql_native_password",
        "nobody,abc123,caching_sha2_password",
        "demo_member,wrong,some_other_plugin"
    })
    void wrongPasswordsAreRefused(String user, String password, String plugin) {
        RawMysql client = connect();
        client.greeting();

        assertThat(client.login(user, password, plugin))
                .isEqualTo("1045 #28000Access denied for user '" + user + "' (using password: YES)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = 1 | 1,1.5
            SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = '1' | 1,1.5
            SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = 1.0e0 | 1,1.5
            SELECT `fg0`.`id` AS `id` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = 9223372036854775808 | ~~
            SELECT `fg0`.`id` AS `id` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = -1 | ~~
            SELECT `fg0`.`id` AS `id` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = NULL | ~~
            SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` IN ((1),(2),(1),(9)) | 1,1.5;2,2.5
            SELECT `fg0`.`id` AS `id` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` IN (1,NULL,'2') | 1;2
            SELECT `fg0`.`age` AS `p_age` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = 1 AND `fg0`.`kind` = 'x' | 30
            SELECT `fg0`.`age` AS `p_age`, `fg0`.`id` AS `p_id`, `fg0`.`kind` AS `p_kind` FROM `demo`.`pr_1` AS `fg0` WHERE (`fg0`.`id`, `fg0`.`kind`) IN ((1,'x'),(2,'y'),(1,NULL)) | 30,1,x;40,2,y
            SELECT `fg0`.`age` AS `a` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = 1 AND `fg0`.`kind` IN ('x','z') | 30
            SELECT `fg0`.`age` AS `a` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = 1 AND `fg0`.`kind` = 'x' AND `fg0`.`age` > 50 | ~~
            SELECT `fg0`.`note` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`note` = 'it\\'s ä' | it's ä
            SELECT `fg0`.`note` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`note` = 'it''s ä' | it's ä
            SELECT `fg0`.`id` `id`, `fg0`.`amount` `amount`, `fg0`.`fraud` `fraud` FROM `demo`.`tx_1` `fg0` | 1,1.5,0;2,2.5,1;3,null,1
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` LIMIT 2 | 1;2
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` LIMIT 0 | ~~
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`amount` >= 1.5 AND `fg0`.`amount` < 2.5 | 1
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`amount` IS NULL OR `fg0`.`id` = 1 | 1;3
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE NOT (`fg0`.`amount` > 2) | 1
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`amount` IS NOT NULL | 1;2
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`id` NOT IN (1, 3) | 2
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`id` NOT IN (1, NULL) | ~~
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`id` BETWEEN 2 AND 3 LIMIT 1 | 2
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`id` > 1.5 | 2;3
            SELECT `fg0`.`id` `id` FROM `demo`.`pr_1` `fg0` WHERE `fg0`.`note` LIKE '%''s %' | 1
            SELECT `fg0`.`id` `id` FROM `demo`.`pr_1` `fg0` WHERE `fg0`.`kind` LIKE '_' AND `fg0`.`kind` <> 'x' | 2
            SELECT `fg0`.`id` `id`, `fg1`.`age` `age` FROM `demo`.`tx_1` `fg0` INNER JOIN `demo`.`pr_1` `fg1` ON `fg0`.`id` = `fg1`.`id` AND `fg0`.`id` = `fg1`.`kind` | ~~
            SELECT `fg0`.`kind` `k`, `fg1`.`amount` `a` FROM `demo`.`pr_1` `fg0` INNER JOIN `demo`.`tx_1` `fg1` ON `fg0`.`id` = `fg1`.`id` | x,1.5;y,2.5
            SELECT `fg0`.`kind` `k`, `fg1`.`amount` `a` FROM `demo`.`pr_1` `fg0` LEFT JOIN `demo`.`tx_1` `fg1` ON `fg0`.`age` = `fg1`.`id` WHERE `fg0`.`kind` = 'x' | x,null
            SELECT `fg0`.`kind` `k` FROM `demo`.`pr_1` `fg0` LEFT JOIN `demo`.`tx_1` `fg1` ON `fg0`.`id` = `fg1`.`id` WHERE `fg1`.`amount` > 2 | y
            SELECT `fg0`.`id` `id` FROM `demo`.`tx_1` `fg0` WHERE `fg0`.`amount` > `fg0`.`id` AND `fg0`.`id` <> `fg0`.`fraud` | 1;2
            SELECT `fg0`.`kind` `k` FROM `demo`.`pr_1` `fg0` LEFT SEMI JOIN `demo`.`tx_1` `fg1` ON `fg0`.`age` = `fg1`.`id` | ~~
            SELECT * FROM tx_1 WHERE id = 2 | 2,2.5,1
            SELECT DATABASE() | demo
            SELECT @@transaction_isolation | REPEATABLE-READ
            SELECT @@sql_mode | ~~
            SELECT @@lower_case_table_names | 0
            SHOW WARNINGS | ~~
            """)
    void statementsOfTheServerAreAnswered(String sql, String rows) {
        RawMysql client = login();

        assertThat(shown(client.query(sql))).isEqualTo(rows);
        assertThat(shown(client.query(sql))).as("again, from the cache").isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"SET NAMES utf8mb4", "SET AUTOCOMMIT = 0", "ROLLBACK", "COMMIT", "SET autocommit=1;"})
    void chatterOfDriversIsAnsweredWithOk(String sql) {
        assertThat(login().query(sql).ok()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            INSERT INTO tx_1 VALUES (1) | 1235 #42000Hopyard's MySQL door does not support the statement INSERT
            DROP TABLE tx_1 | 1235 #42000Hopyard's MySQL door does not support the statement DROP
            SHOW TABLES | 1235 #42000Hopyard's MySQL door does not support SHOW TABLES
            USE demo | 1235 #42000Hopyard's MySQL door does not support the statement USE
            SELECT 1; DROP TABLE tx_1 | 1235 #42000Hopyard's MySQL door does not support several statements at once
            SELECT id FROM tx_1 WHERE id = 1; ROLLBACK | 1235 #42000Hopyard's MySQL door does not support several statements at once
            SELECT COUNT(*) FROM tx_1 | 1235 #42000Hopyard's MySQL door does not support the function COUNT
            SELECT id FROM tx_1 ORDER BY id | 1235 #42000Hopyard's MySQL door does not support ORDER
            SELECT id FROM tx_1 a JOIN pr_1 b ON a.id = b.id | 1235 #42000Hopyard's MySQL door does not support a join that does not cover the primary key of pr_1
            SELECT id FROM (SELECT 1) | 1235 #42000Hopyard's MySQL door does not support a select inside a select
            SELECT id FROM tx_1 WHERE arr.id = 1 | 1054 #42S22Unknown column 'arr.id' in 'field list'
            SELECT nope FROM tx_1 | 1054 #42S22Unknown column 'nope' in 'field list'
            SELECT id FROM tx_1 a RIGHT JOIN pr_1 b ON a.id = b.id | 1235 #42000Hopyard's MySQL door does not support RIGHT JOIN
            SELECT id FROM tx_1 a FULL JOIN pr_1 b ON a.id = b.id | 1235 #42000Hopyard's MySQL door does not support FULL JOIN
            SELECT * FROM information_schema.tables | 1235 #42000Hopyard's MySQL door does not support the database information_schema
            SELECT id FROM nope_1 | 1146 #42S02Table 'demo.nope_1' doesn't exist
            SELECT id FROM other.secret_1 | 1142 #42000SELECT command denied to user 'member' for table 'other.secret_1'
            SELECT id FROM other.nope_1 | 1142 #42000SELECT command denied to user 'member' for table 'other.nope_1'
            SELECT id FROM nowhere.nope_1 | 1142 #42000SELECT command denied to user 'member' for table 'nowhere.nope_1'
            SELECT id FROM tx_1 WHERE id = 'abc' | 1366 #HY000Incorrect bigint value: 'abc' for column 'id'
            SELECT id FROM tx_1 WHERE | 1064 #42000You have an error in your SQL syntax near the end (expected: a column)
            SELECT id FROM tx_1 WHERE id = 'abc | 1064 #42000You have an error in your SQL syntax near ''abc' (expected: a closing ')
            SELECT id FROM tx_1 WHERE id ! 1 | 1064 #42000You have an error in your SQL syntax near '! 1' (expected: a comparison)
            SELEC id | 1235 #42000Hopyard's MySQL door does not support the statement SELEC
            ; | 1064 #42000You have an error in your SQL syntax near the end (expected: a statement)
            """)
    void restIsRefusedAndTheConnectionStays(String sql, String error) {
        RawMysql client = login();

        assertThat(shown(client.query(sql))).isEqualTo(error);
        assertThat(shown(client.query("SELECT id FROM tx_1 WHERE id = 2"))).isEqualTo("2");
    }

    @Test
    void everyTypeComesWithItsCodeAndText() {
        world.putEdges("\u00e4\ud83d\ude00\n'", new byte[] {2, 2, 2, 6, 0});

        RawMysql.Result result = login().query("SELECT * FROM types_1");

        assertThat(result.columns().stream().map(column -> column.type() + "/" + column.charset()))
                .containsExactly(
                        "3/63", "1/63", "1/63", "2/63", "3/63", "8/63", "4/63", "5/63", "246/63", "253/45", "10/63",
                        "12/63", "253/63", "253/63");
        assertThat(result.rows().getFirst())
                .containsExactly(
                        "5",
                        "1",
                        "-128",
                        "32767",
                        "-2147483648",
                        "-9223372036854775808",
                        "1.25",
                        "1.0E300",
                        "-12345678.90",
                        "\u00e4\ud83d\ude00\n'",
                        "2026-01-01",
                        "2026-01-01 00:00:00.000001",
                        "\u0000\u00ff\u0007",
                        "\u0002\u0002\u0002\u0006\u0000");
        assertThat(result.rows().get(1).subList(1, 14)).containsOnlyNulls();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            da = DATE '2026-01-01' | 5
            da >= '2026-01-01 00:00' AND da < '2026-01-01 12:30:00.5' | 5
            da > '2026-01-01 00:00:00.000001' | ''
            ts > '2026-01-01' AND ts <= TIMESTAMP '2026-01-01 00:00:00.000001' | 5
            ts > da | 5
            b = 1 AND b <> 0 AND b IN (TRUE) | 5
            de = -12345678.9 AND de < 0 | 5
            f = 1.25 AND d >= 1e300 | 5
            bi = -9223372036854775808 | 5
            bi > -9223372036854775809 | 5
            s LIKE 'ä_%' AND s = s | 5
            bin IS NOT NULL AND bin = _binary'x' | ''
            """)
    void conditionsCompareByTheTypeOfTheColumn(String where, String rows) {
        world.put(
                OnlineWorld.TYPES,
                5L,
                true,
                1L,
                1L,
                1L,
                Long.MIN_VALUE,
                1.25f,
                1e300,
                new BigDecimal("-12345678.90"),
                "ä\ud83d\ude00x",
                20454L,
                1_767_225_600_000_001L,
                new byte[] {1},
                null);
        world.put(OnlineWorld.TYPES, 6L, null, null, null, null, null, null, null, null, null, null, null, null, null);

        assertThat(shown(login().query("SELECT id FROM types_1 WHERE " + where)))
                .isEqualTo(rows);
    }

    @Test
    void binaryLiteralsMayHoldAnyByte() {
        world.put(
                OnlineWorld.TYPES,
                1L,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new byte[] {(byte) 0xFF, '\'', '\\', 0},
                null);
        byte[] sql =
                "SELECT id FROM types_1 WHERE bin = _binary'\u00ff\\'\\\\\\0'".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(shown(login().query(sql))).isEqualTo("1");
    }

    @Test
    void wrongUtf8InAStatementIsASyntaxError() {
        byte[] sql = "SELECT id FROM pr_1 WHERE kind = '\u00ff'".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(login().query(sql).error()).startsWith("1064 #42000").contains("text in UTF-8");
    }

    @Test
    void revokedAccessAndChangedPasswordsEndRunningConnections() {
        RawMysql client = login();
        RawMysql other = login();
        String sql = "SELECT id FROM tx_1 WHERE id = 2";

        world.memberProjects.remove(1L);
        assertThat(shown(client.query(sql))).startsWith("1142 #42000");
        world.memberProjects.add(1L);
        assertThat(shown(client.query(sql))).isEqualTo("2");
        world.logins.put(OnlineWorld.USER, OnlineWorld.login("changed"));
        assertThat(shown(client.query(sql))).startsWith("1045 #28000");
        assertThat(client.closedByServer()).isTrue();
        world.logins.remove(OnlineWorld.USER);
        assertThat(shown(other.query(sql))).startsWith("1045 #28000");
    }

    @Test
    void loginThatCannotBeCheckedIsCheckedWithTheFirstStatement() {
        port();
        world.failWith(ErrorCode.UNAVAILABLE);
        RawMysql right = connect();
        RawMysql wrong = connect();
        right.greeting();
        wrong.greeting();
        assertThat(right.login(OnlineWorld.USER, OnlineWorld.PASSWORD, Credentials.SHA2))
                .isNull();
        assertThat(wrong.login(OnlineWorld.USER, "wrong", Credentials.SHA2)).isNull();
        String sql = "SELECT id FROM tx_1 WHERE id = 2";

        assertThat(shown(right.query(sql))).isEqualTo("1205 #HY000no data node answers");
        world.failWith(null);

        assertThat(shown(right.query(sql))).isEqualTo("2");
        assertThat(shown(wrong.query(sql))).startsWith("1045 #28000");
    }

    @Test
    void timeLimitHasItsOwnNumber() {
        RawMysql client = login();
        world.failWith(ErrorCode.DEADLINE_EXCEEDED);

        assertThat(shown(client.query("SELECT id FROM tx_1 WHERE id = 2"))).startsWith("3024 #HY000");
    }

    @Test
    void pingIsAnsweredQuitClosesOtherCommandsAreUnknown() {
        RawMysql client = login();

        client.send(0, new byte[] {0x0E});
        assertThat(client.read()[0]).isZero();
        client.send(0, "\u0016SELECT 1".getBytes(StandardCharsets.US_ASCII));
        assertThat(RawMysql.error(client.read())).startsWith("1047 #08S01");
        client.send(0, "\u0002demo".getBytes(StandardCharsets.US_ASCII));
        assertThat(RawMysql.error(client.read())).startsWith("1047 #08S01");
        client.send(0, new byte[] {1});
        assertThat(client.closedByServer()).isTrue();
    }

    @Test
    void packetsOutOfOrderEndTheConnectionWithAReason() {
        RawMysql client = login();

        client.send(5, "\u0003SELECT 1".getBytes(StandardCharsets.US_ASCII));

        assertThat(RawMysql.error(client.read())).startsWith("1156 #08S01");
        assertThat(client.closedByServer()).isTrue();
    }

    @Test
    void tooLargePacketsEndTheConnectionWithAReason() {
        settings = settings(10, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 2_048);
        RawMysql client = login();

        client.send(0, new byte[200_000]);

        assertThat(RawMysql.error(client.read())).startsWith("1153 #08S01");
    }

    @Test
    void rubbishInPlaceOfALoginIsRefused() {
        RawMysql shortOne = connect();
        shortOne.greeting();
        shortOne.send(1, new byte[] {1, 2, 3});
        RawMysql huge = connect();
        huge.greeting();
        huge.sendRaw(new byte[] {-1, -1, -1, 1});
        RawMysql cut = connect();
        cut.greeting();
        cut.sendRaw(new byte[] {100, 0});
        cut.close();

        assertThat(RawMysql.error(shortOne.read())).isEqualTo("1043 #08S01Bad handshake");
        assertThat(RawMysql.error(huge.read())).startsWith("1153 #08S01");
        shortOne.close();
        huge.close();
        awaitConnections(0);
    }

    @Test
    void connectionsBeyondTheBoundAreRefusedUntilOneIsFree() {
        settings = settings(1, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(5), 2_048);
        RawMysql first = login();
        RawMysql second = connect();

        assertThat(RawMysql.error(second.read())).startsWith("1040 #08004Too many connections");
        first.close();
        awaitConnections(0);
        assertThat(shown(login().query("SELECT VERSION()"))).isEqualTo("8.0.36-hopyard");
    }

    @Test
    void slowLoginsAndIdleClientsAreClosed() {
        settings = settings(10, Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(5), 2_048);
        RawMysql silent = connect();
        silent.greeting();
        RawMysql idle = login();

        assertThat(silent.closedByServer()).isTrue();
        assertThat(idle.closedByServer()).isTrue();
        awaitConnections(0);
    }

    @Test
    void clientThatTakesNothingHoldsTheScanBackAndIsCutOff() {
        settings = settings(10, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(500), 2_048);
        String wide = "x".repeat(20_000);
        for (int row = 0; row < 5_000; row++) {
            world.put(OnlineWorld.PR, (long) row, "wide", 1L, wide);
        }
        AtomicInteger pages = new AtomicInteger();
        world.beforePage(pages::incrementAndGet);
        RawMysql client = login();
        client.send(0, "\u0003SELECT note FROM pr_1".getBytes(StandardCharsets.US_ASCII));

        awaitConnections(0);

        assertThat(pages.get()).isPositive().isLessThan(400);
    }

    @Test
    void scanStreamsPageByPage() {
        settings = settings(10, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(5), 2_048);
        String wide = "x".repeat(20_000);
        for (int row = 0; row < 30; row++) {
            world.put(OnlineWorld.PR, (long) row, "wide", 1L, wide);
        }
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger pages = new AtomicInteger();
        world.beforePage(() -> {
            if (pages.incrementAndGet() == 2) {
                try {
                    if (!go.await(10, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("the first page never arrived");
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        RawMysql client = login();
        client.send(0, "\u0003SELECT note FROM pr_1 WHERE kind = 'wide'".getBytes(StandardCharsets.US_ASCII));
        client.read();
        client.read();
        client.read();
        byte[] firstRow = client.read();
        go.countDown();
        int rows = 1;
        byte[] packet = client.read();
        while (packet.length > 8) {
            rows++;
            packet = client.read();
        }

        assertThat(firstRow).hasSize(20_003);
        assertThat(rows).isEqualTo(30);
        assertThat(pages.get()).isGreaterThan(2);
    }

    @Test
    void failureInTheMiddleOfAScanIsToldInPlaceOfARow() {
        settings = settings(10, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(5), 2_048);
        for (int row = 0; row < 30; row++) {
            world.put(OnlineWorld.PR, (long) row, "wide", 1L, null);
        }
        AtomicInteger pages = new AtomicInteger();
        world.beforePage(() -> {
            if (pages.incrementAndGet() == 2) {
                world.failWith(ErrorCode.UNAVAILABLE);
            }
        });
        RawMysql client = login();

        RawMysql.Result result = client.query("SELECT id FROM pr_1");
        world.failWith(null);

        assertThat(result.error()).isEqualTo("1205 #HY000no data node answers");
        assertThat(shown(client.query("SELECT id FROM tx_1 WHERE id = 2"))).isEqualTo("2");
    }

    @Test
    void closingTheDoorEndsItsConnections() {
        RawMysql client = login();
        MysqlDoor running = door;
        if (running != null) {
            running.close();
            running.close();
        }

        assertThat(client.closedByServer()).isTrue();
    }

    private void awaitConnections(int wanted) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!metrics.prometheus().contains("\nmysql_connections " + wanted + "\n")) {
            assertThat(System.nanoTime())
                    .as("time to see %s connections", wanted)
                    .isLessThan(until);
            Thread.onSpinWait();
        }
    }
}
