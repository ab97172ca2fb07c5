package io.hopyard.store.remote;

import io.hopyard.core.cluster.NodeGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS between nodes. The cluster's authority also signs certificates of users, for the log; so a peer must show one
 * whose only common name is {@code node:<name>}. Thread safe.
 *
 * @param context shows this node's certificate and trusts the cluster's authority
 * @param gate which nodes may come in; not asked about those to which this node connects, which it knows by name
 */
public record NodeTls(SSLContext context, NodeGate gate) {
    private static final String NODE_PREFIX = "node:";
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    /** For a node that connects to others only. */
    public static NodeTls ofClient(SSLContext context) {
        return new NodeTls(context, NodeGate.OPEN);
    }

    /** Wraps an accepted socket and returns when the peer is known to be a node; whether it may come in is still to ask. */
    SSLSocket accept(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(true);
        return meet(secured, name -> true);
    }

    /** Wraps a connected socket and returns when the peer has proved to be that node. */
    Socket connect(Socket socket, String node) throws IOException {
        InetAddress address = socket.getInetAddress();
        SSLSocket secured = (SSLSocket)
                context.getSocketFactory().createSocket(socket, address.getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(true);
        return meet(secured, node::equals);
    }

    /** The certificate at the other end of a socket on which {@link #accept} has returned. */
    static X509Certificate shown(SSLSocket secured) throws IOException {
        return (X509Certificate) secured.getSession().getPeerCertificates()[0];
    }

    /** Why the holder of the certificate may not come in, or null when it may; may change with time. */
    @Nullable
    String objection(X509Certificate shown) {
        return gate.objection(
                shown.getSubjectX500Principal().getName(), shown.getNotBefore().toInstant());
    }

    private static SSLSocket meet(SSLSocket secured, Predicate<String> wanted) throws IOException {
        secured.setEnabledProtocols(PROTOCOLS);
        secured.startHandshake();
        String subject = shown(secured).getSubjectX500Principal().getName();
        String name = nodeName(subject);
        if (name.isEmpty() || !wanted.test(name)) {
            throw new IOException("certificate of the peer: " + subject
                    + " (expected: that of a node, and of the one that was wanted)");
        }
        return secured;
    }

    /**
     * @param subject a distinguished name as RFC 2253 has it
     * @return empty when it is not a node's
     */
    static String nodeName(String subject) {
        try {
            List<String> names = new LdapName(subject)
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> part.getValue().toString())
                            .toList();
            return names.size() == 1 && names.getFirst().startsWith(NODE_PREFIX)
                    ? names.getFirst().substring(NODE_PREFIX.length())
                    : "";
        } catch (InvalidNameException e) {
            return "";
        }
    }
}
