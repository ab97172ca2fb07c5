package io.hopyard.identity;

import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;

/** The certificate authority of one cluster, which every head has. Thread safe. */
public final class CertificateAuthority {
    private static final Duration OWN_LIFE = Duration.ofDays(20 * 365);
    /** Certificates begin this long ago, for clients and nodes whose clock is behind, also when the maker's is ahead. */
    public static final Duration CLOCK_SKEW = Duration.ofHours(24);

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Clock clock;
    private final SecureRandom random;

    private CertificateAuthority(PrivateKey key, X509Certificate certificate, Clock clock, SecureRandom random) {
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Opens the authority that lies in the directory, or makes one there. The key is in {@code ca.key}, readable by its
     * owner only; the certificate, which everybody may know, in {@code ca.pem}.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the files cannot be read or do not belong together
     */
    public static CertificateAuthority open(Path directory, Clock clock, SecureRandom random) {
        Path keyFile = directory.resolve("ca.key");
        Path certificateFile = directory.resolve("ca.pem");
        try {
            Files.createDirectories(directory);
            if (!Files.exists(certificateFile)) {
                CertificateAuthority fresh = make(clock, random);
                SecretFiles.write(keyFile, Pem.privateKey(fresh.key));
                SecretFiles.write(certificateFile, Pem.certificates(List.of(fresh.certificate)));
                return fresh;
            }
            X509Certificate certificate =
                    Pem.readCertificates(Files.readString(certificateFile)).getFirst();
            PrivateKey key = Pem.readPrivateKey(Files.readString(keyFile));
            if (!X509.belongTogether(key, certificate.getPublicKey(), random)) {
                throw new GeneralSecurityException("the key is not the certificate's");
            }
            return new CertificateAuthority(key, certificate, clock, random);
        } catch (IOException | GeneralSecurityException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "certificate authority in " + directory + ": " + e.getMessage() + " (expected: ca.key and ca.pem"
                            + " that belong together, or neither)",
                    e);
        }
    }

    private static CertificateAuthority make(Clock clock, SecureRandom random) throws GeneralSecurityException {
        KeyPair pair = X509.keyPair(random);
        X500Name name = X509.name("Hopyard cluster authority " + new BigInteger(32, random).toString(16), List.of());
        Instant now = clock.instant();
        X509.Span span = new X509.Span(now.minus(CLOCK_SKEW), now.plus(OWN_LIFE));
        return new CertificateAuthority(pair.getPrivate(), X509.selfSigned(name, pair, span, random), clock, random);
    }

    /** The authority's own certificate as PEM. */
    public String pem() {
        return Pem.certificates(List.of(certificate));
    }

    /** The authority's private key as PEM, not encrypted: for another head of the cluster, and nobody else. */
    public String keyPem() {
        return Pem.privateKey(key);
    }

    /**
     * A new key and certificate.
     *
     * @param commonName who its holder is
     * @param hosts names and numeric addresses under which a server may be reached; empty for a client
     * @param life at most the authority's own rest
     */
    public Identity issue(String commonName, List<String> hosts, Duration life) {
        return issue(X509.name(commonName, List.of()), hosts, life);
    }

    private Identity issue(X500Name name, List<String> hosts, Duration life) {
        try {
            KeyPair pair = X509.keyPair(random);
            return new Identity(pair.getPrivate(), sign(new X509.Holder(name, pair.getPublic(), hosts), life));
        } catch (GeneralSecurityException e) {
            throw new FeatureStoreException(ErrorCode.INTERNAL, "no certificate could be made for " + name, e);
        }
    }

    /**
     * A certificate for a node that made its key itself.
     *
     * @return PEM of it and of the authority's own
     * @throws FeatureStoreException {@code INVALID_REQUEST} for a host that cannot stand in a certificate
     */
    public String certify(CertificateRequest request, Peer node, List<String> hosts, Duration life) {
        try {
            return Pem.certificates(sign(new X509.Holder(NodeCertificates.subject(node), request.key(), hosts), life));
        } catch (GeneralSecurityException e) {
            throw new FeatureStoreException(ErrorCode.INTERNAL, "no certificate could be made for " + node, e);
        }
    }

    private List<X509Certificate> sign(X509.Holder holder, Duration life) throws GeneralSecurityException {
        Instant now = clock.instant();
        Instant end = now.plus(life);
        Instant last = certificate.getNotAfter().toInstant();
        X509.Span span = new X509.Span(now.minus(CLOCK_SKEW), end.isBefore(last) ? end : last);
        return List.of(X509.signed(holder, certificate, key, span, random), certificate);
    }

    /**
     * The identity that lies in the directory, if this authority issued it to this node for all these hosts and it lives
     * for at least {@code rest} more; else a new one, which replaces it.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the directory cannot be read or written
     */
    public Identity openOrIssue(Path directory, Request request) {
        Identity there = IdentityFiles.find(directory, request.name(), random);
        if (there != null && good(there, request)) {
            return there;
        }
        Identity fresh = issue(NodeCertificates.subject(request.node()), request.hosts(), request.life());
        try {
            Files.createDirectories(directory);
            IdentityFiles.write(directory, request.name(), fresh);
            return fresh;
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "certificate in " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * What a kept certificate must be good for.
     *
     * @param name of its files
     * @param rest it is renewed when it lives less than this
     */
    public record Request(String name, Peer node, List<String> hosts, Duration life, Duration rest) {
        public Request {
            hosts = List.copyOf(hosts);
        }
    }

    private boolean good(Identity identity, Request request) {
        try {
            identity.certificate().verify(certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            return false;
        }
        return identity.authority().equals(certificate)
                && request.node().equals(NodeCertificates.find(identity.certificate()))
                && identity.covers(request.hosts())
                && identity.expires().isAfter(clock.instant().plus(request.rest()));
    }
}
