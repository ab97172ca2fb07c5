package io.hopyard.identity;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * The subject of a node's certificate: common name {@code node:<name>}, and one organisational unit per role. The
 * authority also signs certificates of members of projects; those have no such name and no unit. Thread safe.
 */
public final class NodeCertificates {
    private static final String PREFIX = "node:";

    private NodeCertificates() {}

    static X500Name subject(Peer node) {
        List<String> units = node.roles().stream().sorted().map(NodeRole::word).toList();
        return X509.name(PREFIX + node.name(), units);
    }

    /**
     * Whose certificate it is; whether it can be trusted is for TLS to say. Null when it is no node's. Units that are no
     * role's word are passed over, so a newer release may add roles.
     */
    public static @Nullable Peer find(X509Certificate certificate) {
        return find(certificate.getSubjectX500Principal().getName());
    }

    /** @param subject of a certificate, as RFC 2253 has it */
    public static @Nullable Peer find(String subject) {
        List<String> names = new ArrayList<>();
        Set<NodeRole> roles = EnumSet.noneOf(NodeRole.class);
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                String value = String.valueOf(part.getValue());
                if (part.size() != 1) {
                    return null;
                }
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(value);
                } else if (part.getType().equalsIgnoreCase("OU")) {
                    addRole(roles, value);
                }
            }
        } catch (InvalidNameException e) {
            return null;
        }
        boolean node = names.size() == 1
                && names.getFirst().startsWith(PREFIX)
                && names.getFirst().length() > PREFIX.length();
        return node ? new Peer(names.getFirst().substring(PREFIX.length()), roles) : null;
    }

    private static void addRole(Set<NodeRole> roles, String word) {
        for (NodeRole role : NodeRole.values()) {
            if (role.word().equals(word)) {
                roles.add(role);
            }
        }
    }
}
