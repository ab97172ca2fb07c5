package io.hopyard.wire.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.wire.online.Mutations;
import io.hopyard.wire.online.OnlineWorld;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged statements are refused or answered, and the connection stays. */
@Timeout(120)
class MysqlMutationTest {
    private static final String HOST = "127.0.26.2";
    private static final int STATEMENTS = 1_500;
    private static final Set<String> EXPECTED = Set.of("1054", "1064", "1142", "1146", "1235", "1366");
    private static final List<String> PIECES = List.of(
            " NULL ",
            "''",
            "'",
            "`",
            "\\",
            "(",
            ")",
            "((1))",
            ",",
            " AND ",
            " OR ",
            " NOT ",
            "-",
            "1e999",
            "1e999999999",
            "9223372036854775808",
            ";",
            " LIMIT 1",
            " IN ",
            "= 1",
            "_binary'\\0'",
            "LIKE '%%%%_'",
            "\ud83d\ude00",
            ".",
            " WHERE ",
            "--",
            "/*",
            "@@",
            " JOIN ",
            "\u0000");
    private static final List<String> SQL = List.of(
            "SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = 1",
            "SELECT `fg0`.`age` AS `a` FROM `demo`.`pr_1` AS `fg0` WHERE (`fg0`.`id`, `fg0`.`kind`) IN ((1,'x'),(2,'y'))",
            "SELECT `fg0`.`kind` `k`, `fg1`.`amount` `a` FROM `demo`.`pr_1` `fg0` LEFT JOIN `demo`.`tx_1` `fg1` ON"
                    + " `fg0`.`id` = `fg1`.`id` WHERE (`fg0`.`age` > 5 OR `fg0`.`note` LIKE 'a%') AND `fg1`.`id` IS NOT NULL",
            "SELECT * FROM types_1 WHERE ts >= '2026-01-01' AND da < '2026-01-01' AND de = 1.5 AND bin = _binary'x' LIMIT 5",
            "SELECT @@transaction_isolation",
            "SET NAMES utf8mb4");

    private final OnlineWorld world = new OnlineWorld();
    private final MysqlDoor door = new MysqlDoor(
            MysqlDoorTest.settings(100, Duration.ofSeconds(10), Duration.ofHours(2), Duration.ofSeconds(30), 8 << 20),
            new MysqlDoor.Parts(world, world, world, world, new Metrics(), System::nanoTime, new SecureRandom()));

    @BeforeEach
    void open() {
        world.put(OnlineWorld.TX, 1L, 1.5, 0L);
        world.put(OnlineWorld.PR, 1L, "x", 30L, "abc");
        world.put(OnlineWorld.TYPES, 6L, null, null, null, null, null, null, null, null, null, null, null, null, null);
        door.start();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedStatementsAreRefusedOrAnswered(long seed) {
        Mutations mutations = new Mutations(seed, PIECES);
        try (RawMysql client = RawMysql.loggedIn(HOST, door.port(), OnlineWorld.USER, OnlineWorld.PASSWORD)) {
            for (int count = 0; count < STATEMENTS; count++) {
                byte[] sql = mutations.damaged(mutations.oneOf(SQL));

                String error = client.query(sql).error();

                assertThat(error == null || EXPECTED.contains(error.substring(0, 4)))
                        .as("seed %s, %s: %s -> %s", seed, count, new String(sql, StandardCharsets.UTF_8), error)
                        .isTrue();
            }
        }
    }
}
