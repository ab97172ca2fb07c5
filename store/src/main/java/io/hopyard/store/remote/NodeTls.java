package io.hopyard.store.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Mutual TLS between nodes. The cluster's authority also signs certificates of users, for the log; so a peer must show one
 * whose only common name is {@code node:<name>}, with a name that is admitted. Thread safe.
 *
 * @param context shows this node's certificate and trusts the cluster's authority
 * @param admits decides by the name of the node whether it may come in
 */
public record NodeTls(SSLContext context, Predicate<String> admits) {
    private static final String NODE_PREFIX = "node:";
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    /** Wraps an accepted socket and returns when the peer is known. */
    Socket accept(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(true);
        return meet(secured, admits);
    }

    /** Wraps a connected socket and returns when the peer has proved to be that node. */
    Socket connect(Socket socket, String node) throws IOException {
        InetAddress address = socket.getInetAddress();
        SSLSocket secured = (SSLSocket)
                context.getSocketFactory().createSocket(socket, address.getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(true);
        return meet(secured, node::equals);
    }

    private static Socket meet(SSLSocket secured, Predicate<String> wanted) throws IOException {
        secured.setEnabledProtocols(PROTOCOLS);
        secured.startHandshake();
        Certificate certificate = secured.getSession().getPeerCertificates()[0];
        String subject =
                ((X509Certificate) certificate).getSubjectX500Principal().getName();
        String name = nodeName(subject);
        if (name.isEmpty() || !wanted.test(name)) {
            throw new IOException("certificate of the peer: " + subject + " (expected: that of an admitted node)");
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
