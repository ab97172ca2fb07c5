package io.hopyard.server.node;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.ProjectCertificates;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is: the certificate that the cluster's authority gave it and, at a head, the authority itself.
 *
 * @param authorityHere null at a node that is no head
 */
record NodeIdentity(Identity node, @Nullable Authority authorityHere) {
    private static final List<Setting<String>> DOORS = List.of(
            AllSettings.NODE_ADDRESS,
            AllSettings.REST_ADDRESS,
            AllSettings.ONLINE_ADDRESS,
            AllSettings.MYSQL_ADDRESS,
            AllSettings.LOG_ADDRESS,
            AllSettings.COORDINATION_ADDRESS,
            AllSettings.DATABASE_ADDRESS,
            AllSettings.JOIN_ADDRESS);

    /** @param issuer gives members of projects their certificates */
    record Authority(CertificateAuthority own, CertificateIssuer issuer) {}

    /**
     * A head opens the authority in its data directory, or makes one when it founds a cluster, and renews its own
     * certificate by it; another node has what it got when it joined.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the files cannot be used
     */
    static NodeIdentity open(Surroundings around) {
        Path directory = around.data().resolve("identity");
        if (!around.is(NodeRole.HEAD)) {
            Identity joined = IdentityFiles.find(directory, "node", around.random());
            if (joined == null) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        directory + ": no certificate of this node (expected: that it joined, or that it is a head)");
            }
            return new NodeIdentity(joined, null);
        }
        CertificateAuthority authority = CertificateAuthority.open(directory, around.clock(), around.random());
        Duration life = around.get(AllSettings.TLS_NODE_LIFE);
        Identity node = authority.openOrIssue(
                directory,
                new CertificateAuthority.Request("node", peer(around), hosts(around), life, life.dividedBy(3)));
        return new NodeIdentity(
                node,
                new Authority(
                        authority,
                        new ProjectCertificates(authority, around.get(AllSettings.TLS_PROJECT_LIFE), around.random())));
    }

    /** Who this node is for others. */
    static Peer peer(Surroundings around) {
        return new Peer(around.get(AllSettings.NODE_NAME), around.get(AllSettings.NODE_ROLES));
    }

    /** The names and addresses under which this node may be reached. */
    static List<String> hosts(Surroundings around) {
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
        DOORS.forEach(door -> hosts.add(around.address(door)));
        hosts.addAll(around.get(AllSettings.TLS_NAMES));
        hosts.add("flyingduck.service." + around.get(AllSettings.TLS_SERVICE_DOMAIN));
        return List.copyOf(hosts);
    }

    /** @throws IllegalStateException at a node that is no head */
    CertificateAuthority authority() {
        return atHead().own();
    }

    /** @throws IllegalStateException at a node that is no head; there {@link HeadIssuer} asks one */
    CertificateIssuer issuer() {
        return atHead().issuer();
    }

    private Authority atHead() {
        Authority here = authorityHere;
        if (here == null) {
            throw new IllegalStateException("the cluster's authority is at heads only, and this node is none");
        }
        return here;
    }
}
