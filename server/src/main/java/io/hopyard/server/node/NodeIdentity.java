package io.hopyard.server.node;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import io.hopyard.identity.ProjectCertificates;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who this node is: the cluster's authority, which lies in the data directory, and the certificate that it gave the node.
 *
 * @param issuer gives members of projects their certificates
 */
record NodeIdentity(CertificateAuthority authority, Identity node, CertificateIssuer issuer) {
    private static final List<Setting<String>> DOORS = List.of(
            AllSettings.NODE_ADDRESS,
            AllSettings.REST_ADDRESS,
            AllSettings.ONLINE_ADDRESS,
            AllSettings.MYSQL_ADDRESS,
            AllSettings.LOG_ADDRESS,
            AllSettings.COORDINATION_ADDRESS,
            AllSettings.DATABASE_ADDRESS);

    static NodeIdentity open(Surroundings around) {
        Path directory = around.data().resolve("identity");
        CertificateAuthority authority = CertificateAuthority.open(directory, around.clock(), around.random());
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
        DOORS.forEach(door -> hosts.add(around.address(door)));
        hosts.addAll(around.get(AllSettings.TLS_NAMES));
        hosts.add("flyingduck.service." + around.get(AllSettings.TLS_SERVICE_DOMAIN));
        Duration life = around.get(AllSettings.TLS_NODE_LIFE);
        Identity node = authority.openOrIssue(
                directory,
                new CertificateAuthority.Request(
                        "node",
                        "node:" + around.get(AllSettings.NODE_NAME),
                        List.copyOf(hosts),
                        life,
                        life.dividedBy(3)));
        return new NodeIdentity(
                authority,
                node,
                new ProjectCertificates(authority, around.get(AllSettings.TLS_PROJECT_LIFE), around.random()));
    }
}
