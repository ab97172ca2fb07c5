package io.hopyard.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

/** Settings of a broker as a file, for a process of its own. */
final class BrokerFiles {
    private BrokerFiles() {}

    static void write(BrokerSettings settings, Path file) throws IOException {
        TlsMaterial.Pem tls = (TlsMaterial.Pem) settings.tls();
        Properties properties = new Properties();
        properties.setProperty("id", Integer.toString(settings.nodeId()));
        properties.setProperty("cluster", settings.clusterId().toString());
        properties.setProperty("directory", settings.directory().toString());
        properties.setProperty("client", text(settings.client()));
        properties.setProperty("internal", text(settings.internal()));
        properties.setProperty("controller", text(settings.controller()));
        properties.setProperty(
                "quorum",
                settings.quorum().stream()
                        .map(member -> member.nodeId() + ":" + member.host() + ":" + member.port())
                        .collect(Collectors.joining(",")));
        properties.setProperty("zone", settings.zone());
        properties.setProperty("chain", tls.certificateChain());
        properties.setProperty("key", tls.privateKey());
        properties.setProperty("trusted", tls.trusted());
        properties.setProperty(
                "session", Long.toString(settings.sessionTimeout().toMillis()));
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
    }

    static BrokerSettings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return new BrokerSettings(
                Integer.parseInt(properties.getProperty("id")),
                UUID.fromString(properties.getProperty("cluster")),
                Path.of(properties.getProperty("directory")),
                address(properties.getProperty("client")),
                address(properties.getProperty("internal")),
                address(properties.getProperty("controller")),
                List.of(properties.getProperty("quorum").split(",", -1)).stream()
                        .map(BrokerFiles::member)
                        .toList(),
                properties.getProperty("zone"),
                new TlsMaterial.Pem(
                        properties.getProperty("chain"),
                        properties.getProperty("key"),
                        properties.getProperty("trusted")),
                BrokerSettings.RETENTION_DEFAULT,
                Duration.ofMillis(Long.parseLong(properties.getProperty("session"))));
    }

    private static String text(BrokerSettings.Address address) {
        return address.bind() + ":" + address.port();
    }

    private static BrokerSettings.Address address(String text) {
        String[] parts = text.split(":", -1);
        return new BrokerSettings.Address(parts[0], parts[0], Integer.parseInt(parts[1]));
    }

    private static BrokerSettings.Member member(String text) {
        String[] parts = text.split(":", -1);
        return new BrokerSettings.Member(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }
}
