package io.hopyard.drill;

import io.hopyard.identity.TrustedAuthority;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.wire.admin.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The REST API of a cluster's first head, with its administrator's key. */
final class AdminDoor {
    private AdminDoor() {}

    static RestClient open(LocalCluster cluster) {
        NodeProcess head = cluster.processes().getFirst();
        return new RestClient(
                "https://" + head.node().address() + ":8443",
                read(head.data().resolve("admin.key")).strip(),
                TrustedAuthority.sslContext(read(head.data().resolve("identity").resolve("ca.pem"))));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
