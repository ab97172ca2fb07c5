package io.hopyard.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    static List<Setting<?>> all() {
        return AllSettings.LIST;
    }

    @ParameterizedTest
    @MethodSource("all")
    void defaultIsValidAndKeyIsWellFormed(Setting<?> setting) {
        assertThat(setting.key()).matches("[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*");
        assertThat(Settings.of(Map.of()).get(setting))
                .isEqualTo(setting.kind().parse().apply(setting.ifAbsent()));
        assertThat(setting.help()).endsWith(".").doesNotContain("|");
    }

    /** A default or key that changes breaks installations; so both stand here a second time. */
    @ParameterizedTest
    @CsvSource({
        "rest.port, 8443",
        "online.port, 4406",
        "mysql.port, 3306",
        "join.port, 8444",
        "health.port, 8081",
        "log.port, 9092",
        "log.internal-port, 9093",
        "log.controller-port, 9094",
        "coordination.port, 2181",
        "database.port, 47500",
        "database.communication-port, 47100",
        "node.address, 127.0.0.1",
        "node.name, node1",
        "node.zone, a",
        "node.region, local",
        "database.sync, LOG_ONLY",
        "database.disk-reserve, 1073741824",
        "log.partitions, 2",
    })
    void defaultStays(String key, String value) {
        Setting<?> setting = AllSettings.LIST.stream()
                .filter(candidate -> candidate.key().equals(key))
                .findFirst()
                .orElseThrow();
        assertThat(String.valueOf(Settings.of(Map.of()).get(setting))).isEqualTo(value);
    }

    @Test
    void everyProblemIsReportedTogether() {
        assertThatThrownBy(() -> Settings.of(
                        Map.of("rest.prot", "1", "online.port", "70000", "log.retention", "soon", "node.name", "A b")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("rest.prot: no such setting (did you mean rest.port?)")
                .hasMessageContaining("online.port: '70000' (expected: a whole number from 1 to 65535)")
                .hasMessageContaining("log.retention: 'soon' (expected: a time from 7200s to 3650d")
                .hasMessageContaining("node.name: 'A b'");
    }

    @Test
    void unitsAreRead() {
        Settings settings = Settings.of(Map.of(
                "log.retention",
                "2h",
                "database.memory-max",
                "2GiB",
                "tls.names",
                "a.example, 10.0.0.1",
                "database.sync",
                "fsync"));
        assertThat(settings.get(AllSettings.LOG_RETENTION)).isEqualTo(Duration.ofHours(2));
        assertThat(settings.get(AllSettings.DATABASE_MEMORY_MAX)).isEqualTo(2L << 30);
        assertThat(settings.get(AllSettings.TLS_NAMES)).containsExactly("a.example", "10.0.0.1");
        assertThat(settings.get(AllSettings.DATABASE_SYNC)).isEqualTo(AllSettings.Sync.FSYNC);
    }

    @Test
    void fileMayHaveCommentsAndNothingElseThanSettings() {
        assertThat(SettingsFile.parse(List.of("# comment", "", " rest.port = 1234 ")))
                .isEqualTo(Map.of("rest.port", "1234"));
        assertThatThrownBy(() -> SettingsFile.parse(List.of("rest.port 1234", "a.b = 1", "a.b = 2")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("line 1: 'rest.port 1234' (expected: key = value)")
                .hasMessageContaining("line 3: a.b is set twice");
    }

    @Test
    void templateIsTheDefaults() {
        List<String> uncommented = SettingsFile.template()
                .lines()
                .filter(line -> line.matches("# [a-z-]+\\.[a-z-]+ = .*"))
                .map(line -> line.substring(2))
                .toList();
        assertThat(uncommented).hasSize(AllSettings.LIST.size());
        assertThat(Settings.of(SettingsFile.parse(uncommented)).get(AllSettings.REST_PORT))
                .isEqualTo(8443);
    }

    @Test
    void documentationIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("hopyard.root"), "docs", "settings.md");
        assertThat(Files.readString(page))
                .as("run: ./hopyard settings > docs/settings.md")
                .isEqualTo(SettingsFile.documentation());
    }
}
