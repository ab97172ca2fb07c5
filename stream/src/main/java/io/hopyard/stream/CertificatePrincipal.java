package io.hopyard.stream;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/**
 * Names who is behind a connection by the one common name of its certificate; everybody else is anonymous. Made by the
 * broker by its class name. Thread safe.
 */
public final class CertificatePrincipal implements KafkaPrincipalBuilder {
    /** Only the serialization is used, which knows no settings. */
    @SuppressWarnings("NullAway") // the library takes null for "no Kerberos, no mapping"
    private final DefaultKafkaPrincipalBuilder serialization = new DefaultKafkaPrincipalBuilder(null, null);

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (context instanceof SslAuthenticationContext tls) {
            try {
                if (tls.session().getPeerCertificates()[0] instanceof X509Certificate shown) {
                    return named(shown);
                }
            } catch (SSLPeerUnverifiedException e) {
                return KafkaPrincipal.ANONYMOUS;
            }
        }
        return KafkaPrincipal.ANONYMOUS;
    }

    private static KafkaPrincipal named(X509Certificate shown) {
        X500Principal subject = shown.getSubjectX500Principal();
        List<String> names = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(subject.getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    names.add(name);
                }
            }
        } catch (InvalidNameException e) {
            return KafkaPrincipal.ANONYMOUS;
        }
        if (names.size() != 1) {
            return KafkaPrincipal.ANONYMOUS;
        }
        String name = names.getFirst();
        return name.startsWith(TopicAuthorizer.NODE_PREFIX)
                ? new NodePrincipal(
                        name, subject.getName(), shown.getNotBefore().toInstant())
                : new KafkaPrincipal(KafkaPrincipal.USER_TYPE, name);
    }

    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        return serialization.serialize(principal);
    }

    @Override
    public KafkaPrincipal deserialize(byte[] bytes) {
        return serialization.deserialize(bytes);
    }
}
