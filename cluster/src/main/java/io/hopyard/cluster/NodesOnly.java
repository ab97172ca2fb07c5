package io.hopyard.cluster;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.common.X509Exception;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.auth.X509AuthenticationProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in only who shows the certificate of a node: users of projects have certificates of the same authority. Public and
 * with an empty constructor because the engine makes it by its name. Thread safe.
 */
public final class NodesOnly extends X509AuthenticationProvider {
    private static final Logger LOG = LoggerFactory.getLogger(NodesOnly.class);
    private static final String NODE_PREFIX = "node:";

    public NodesOnly() throws X509Exception {
        super();
    }

    @Override
    public KeeperException.Code handleAuthentication(ServerCnxn connection, byte[] authData) {
        List<X509Certificate> chain = List.of((X509Certificate[]) connection.getClientCertificateChain());
        if (chain.isEmpty() || !isNode(chain.getFirst())) {
            LOG.atWarn()
                    .addKeyValue("from", connection.getRemoteSocketAddress())
                    .log("Coordination refused a certificate that is no node's.");
            return KeeperException.Code.AUTHFAILED;
        }
        return super.handleAuthentication(connection, authData);
    }

    static boolean isNode(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .anyMatch(part -> part.getType().equalsIgnoreCase("CN")
                                    && part.getValue().toString().startsWith(NODE_PREFIX));
        } catch (InvalidNameException e) {
            return false;
        }
    }
}
