package io.hopyard.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
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

/** A certificate authority for tests. */
final class TestAuthority {
    private final KeyPair keys = keyPair();
    private final X500Principal name;
    private final X509Certificate certificate;
    private final AtomicLong serials = new AtomicLong(1);

    TestAuthority(String commonName) {
        name = new X500Principal("CN=" + commonName);
        certificate = sign(name, keys, List.of(), true);
    }

    /** Material of the holder of {@code subject}, for example {@code CN=node:1,O=Hopyard}. */
    TlsMaterial.Pem issue(String subject, String... addresses) {
        KeyPair own = keyPair();
        X509Certificate issued = sign(new X500Principal(subject), own, List.of(addresses), false);
        return new TlsMaterial.Pem(
                pem("CERTIFICATE", encoded(issued)) + pem("CERTIFICATE", encoded(certificate)),
                key(own.getPrivate()),
                trusted());
    }

    /** The same in two PKCS 12 files. */
    TlsMaterial.Stores issueStores(String subject, Path directory) {
        KeyPair own = keyPair();
        X509Certificate issued = sign(new X500Principal(subject), own, List.of(), false);
        char[] password = "a password".toCharArray();
        try {
            KeyStore keyStore = KeyStore.getInstance("PKCS12");
            keyStore.load(null, password);
            keyStore.setKeyEntry("own", own.getPrivate(), password, new Certificate[] {issued, certificate});
            KeyStore trustStore = KeyStore.getInstance("PKCS12");
            trustStore.load(null, password);
            trustStore.setCertificateEntry("authority", certificate);
            Path keyFile = directory.resolve("key.p12");
            Path trustFile = directory.resolve("trust.p12");
            try (OutputStream key = Files.newOutputStream(keyFile);
                    OutputStream trust = Files.newOutputStream(trustFile)) {
                keyStore.store(key, password);
                trustStore.store(trust, password);
            }
            return new TlsMaterial.Stores(keyFile, trustFile, new String(password), "PKCS12");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String trusted() {
        return pem("CERTIFICATE", encoded(certificate));
    }

    private X509Certificate sign(X500Principal subject, KeyPair own, List<String> addresses, boolean authority) {
        Instant now = Instant.ofEpochSecond(System.currentTimeMillis() / 1000);
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(1))),
                    subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!addresses.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(addresses.stream()
                                .map(address -> new GeneralName(GeneralName.iPAddress, address))
                                .toArray(GeneralName[]::new)));
            }
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

    private static String key(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        StringWriter out = new StringWriter();
        out.append("-----BEGIN ").append(kind).append("-----\n");
        out.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
        out.append("\n-----END ").append(kind).append("-----\n");
        return out.toString();
    }
}
