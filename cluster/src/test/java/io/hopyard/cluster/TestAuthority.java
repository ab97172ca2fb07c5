package io.hopyard.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests; its holders stand at 127.0.28.1. */
final class TestAuthority {
    private static final String PASSWORD = "for tests only";

    private final Path directory;
    private final X500Principal name = new X500Principal("O=Hopyard,CN=test authority");
    private final KeyPair keys = keyPair();
    private final AtomicLong serials = new AtomicLong(1);
    private final X509Certificate certificate = sign(name, keys, true);

    TestAuthority(Path directory) {
        this.directory = directory;
    }

    /** Files of a new holder. */
    TlsFiles issue(String commonName) {
        KeyPair own = keyPair();
        X509Certificate issued = sign(new X500Principal("CN=" + commonName + ",O=Hopyard"), own, false);
        String file = commonName.replace(':', '-');
        return new TlsFiles(
                write(
                        file + ".p12",
                        store -> store.setKeyEntry(
                                "own", own.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {issued, certificate
                                })),
                trustStore(),
                PASSWORD);
    }

    /** Files of somebody who trusts this authority and has no certificate. */
    TlsFiles nobody() {
        return new TlsFiles(write("nobody.p12", store -> {}), trustStore(), PASSWORD);
    }

    /** This authority's trust and another holder's key. */
    TlsFiles stranger(TlsFiles other) {
        return new TlsFiles(other.keyStore(), trustStore(), PASSWORD);
    }

    private Path trustStore() {
        return write("trust.p12", store -> store.setCertificateEntry("authority", certificate));
    }

    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }

    private Path write(String file, Filling filling) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            filling.fill(store);
            Files.createDirectories(directory);
            Path path = directory.resolve(file);
            try (OutputStream out = Files.newOutputStream(path)) {
                store.store(out, PASSWORD.toCharArray());
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(X500Principal subject, KeyPair own, boolean authority) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(1))),
                    subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.28.1")));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
