package io.hopyard.identity;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of one cluster: X.509 v3 (RFC 5280), keys on the curve P-256, signatures by ECDSA with
 * SHA-256. Thread safe.
 */
public final class CertificateAuthority {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration OWN_LIFE = Duration.ofDays(20 * 365);
    /** Certificates begin this long ago, for clients whose clock is behind. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int SERIAL_BITS = 120;

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
            CertificateAuthority authority = new CertificateAuthority(key, certificate, clock, random);
            authority.checkPair();
            return authority;
        } catch (IOException | GeneralSecurityException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "certificate authority in " + directory + ": " + e.getMessage() + " (expected: ca.key and ca.pem"
                            + " that belong together, or neither)",
                    e);
        }
    }

    private static CertificateAuthority make(Clock clock, SecureRandom random) throws GeneralSecurityException {
        KeyPair pair = keyPair(random);
        X500Name name = name("Hopyard cluster authority " + new BigInteger(32, random).toString(16));
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(OWN_LIFE)),
                name,
                pair.getPublic());
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(pair.getPublic()));
        } catch (CertIOException e) {
            throw new GeneralSecurityException("a certificate extension cannot be encoded", e);
        }
        return new CertificateAuthority(pair.getPrivate(), sign(builder, pair.getPrivate()), clock, random);
    }

    private void checkPair() throws GeneralSecurityException {
        java.security.Signature signature = java.security.Signature.getInstance(SIGNATURE);
        byte[] probe = {1, 2, 3};
        signature.initSign(key, random);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
    }

    /** The authority's own certificate as PEM. */
    public String pem() {
        return Pem.certificates(List.of(certificate));
    }

    /**
     * A new key and certificate.
     *
     * @param commonName who its holder is
     * @param hosts names and numeric addresses under which a server may be reached; empty for a client
     * @param life at most the authority's own rest
     */
    public Identity issue(String commonName, List<String> hosts, Duration life) {
        try {
            KeyPair pair = keyPair(random);
            Instant now = clock.instant();
            Instant end = now.plus(life);
            Instant last = certificate.getNotAfter().toInstant();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    new BigInteger(SERIAL_BITS, random),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(end.isBefore(last) ? end : last),
                    name(commonName),
                    pair.getPublic());
            addExtensions(builder, pair.getPublic(), hosts);
            return new Identity(pair.getPrivate(), List.of(sign(builder, key), certificate));
        } catch (GeneralSecurityException | CertIOException e) {
            throw new FeatureStoreException(ErrorCode.INTERNAL, "no certificate could be made for " + commonName, e);
        }
    }

    private void addExtensions(X509v3CertificateBuilder builder, PublicKey owner, List<String> hosts)
            throws GeneralSecurityException, CertIOException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(owner));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(certificate));
        List<KeyPurposeId> purposes = new ArrayList<>(List.of(KeyPurposeId.id_kp_clientAuth));
        if (!hosts.isEmpty()) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(hosts.stream()
                            .distinct()
                            .map(CertificateAuthority::alternativeName)
                            .toArray(GeneralName[]::new)));
        }
        builder.addExtension(
                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }

    private static GeneralName alternativeName(String host) {
        boolean address = host.matches("[0-9.]+") || host.contains(":");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    /**
     * The identity that lies in the directory, if this authority issued it for all these hosts and it lives for at least
     * {@code rest} more; else a new one, which replaces it. Files {@code name.key} (owner only) and {@code name.pem}.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the directory cannot be read or written
     */
    public Identity openOrIssue(Path directory, Request request) {
        Path keyFile = directory.resolve(request.name() + ".key");
        Path certificateFile = directory.resolve(request.name() + ".pem");
        try {
            Files.createDirectories(directory);
            Identity there = read(keyFile, certificateFile);
            if (there != null && good(there, request)) {
                return there;
            }
            Identity fresh = issue(request.commonName(), request.hosts(), request.life());
            SecretFiles.write(keyFile, fresh.keyPem());
            SecretFiles.write(certificateFile, fresh.chainPem());
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
    public record Request(String name, String commonName, List<String> hosts, Duration life, Duration rest) {
        public Request {
            hosts = List.copyOf(hosts);
        }
    }

    private static @Nullable Identity read(Path keyFile, Path certificateFile) throws IOException {
        if (!Files.exists(keyFile) || !Files.exists(certificateFile)) {
            return null;
        }
        try {
            return new Identity(
                    Pem.readPrivateKey(Files.readString(keyFile)),
                    Pem.readCertificates(Files.readString(certificateFile)));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private boolean good(Identity identity, Request request) {
        X509Certificate own = identity.certificate();
        try {
            own.verify(certificate.getPublicKey());
            List<String> covered = own.getSubjectAlternativeNames() == null
                    ? List.of()
                    : own.getSubjectAlternativeNames().stream()
                            .map(entry -> (String) entry.get(1))
                            .toList();
            return identity.authority().equals(certificate)
                    && covered.containsAll(request.hosts())
                    && identity.expires().isAfter(clock.instant().plus(request.rest()));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Hopyard")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static KeyPair keyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the JDK cannot sign with " + SIGNATURE, e);
        }
    }
}
