package io.hopyard.identity;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
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

/** X.509 v3 (RFC 5280) as Hopyard uses it: keys on the curve P-256, signatures by ECDSA with SHA-256. */
final class X509 {
    static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 120;

    private X509() {}

    /** What a certificate says of its holder. */
    record Holder(X500Name name, PublicKey key, List<String> hosts) {}

    /** From when to when a certificate is good. */
    record Span(Instant from, Instant until) {}

    static KeyPair keyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    /** @param units may be empty */
    static X500Name name(String commonName, List<String> units) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Hopyard");
        units.forEach(unit -> name.addRDN(BCStyle.OU, unit));
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    static X509Certificate selfSigned(X500Name name, KeyPair pair, Span span, SecureRandom random)
            throws GeneralSecurityException {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, random),
                Date.from(span.from()),
                Date.from(span.until()),
                name,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (CertIOException e) {
            throw new GeneralSecurityException("a certificate extension cannot be encoded", e);
        }
        return sign(builder, pair.getPrivate());
    }

    static X509Certificate signed(
            Holder holder, X509Certificate authority, PrivateKey authorityKey, Span span, SecureRandom random)
            throws GeneralSecurityException {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()),
                new BigInteger(SERIAL_BITS, random),
                Date.from(span.from()),
                Date.from(span.until()),
                holder.name(),
                holder.key());
        try {
            addExtensions(builder, holder, authority);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("a certificate extension cannot be encoded", e);
        }
        return sign(builder, authorityKey);
    }

    private static void addExtensions(X509v3CertificateBuilder builder, Holder holder, X509Certificate authority)
            throws GeneralSecurityException, CertIOException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(holder.key()));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(authority));
        List<KeyPurposeId> purposes = new ArrayList<>(List.of(KeyPurposeId.id_kp_clientAuth));
        if (!holder.hosts().isEmpty()) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(holder.hosts().stream()
                            .distinct()
                            .map(X509::alternativeName)
                            .toArray(GeneralName[]::new)));
        }
        builder.addExtension(
                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }

    private static GeneralName alternativeName(String host) {
        boolean address = host.matches("[0-9.]+") || host.contains(":");
        try {
            return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "host: '" + host + "' (expected: a host name or numeric address)", e);
        }
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

    /** Whether what the one signs, the other confirms. */
    static boolean belongTogether(PrivateKey key, PublicKey other, SecureRandom random)
            throws GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(key, random);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(other);
        signature.update(probe);
        return signature.verify(signed);
    }
}
