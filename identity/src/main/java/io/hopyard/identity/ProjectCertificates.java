package io.hopyard.identity;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.ProjectCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Issues what a project's user needs at the doors that ask for a certificate. Thread safe. */
public final class ProjectCertificates implements CertificateIssuer {
    private static final int PASSWORD_LENGTH = 32;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final CertificateAuthority authority;
    private final Duration life;
    private final SecureRandom random;

    /** @param life of each certificate */
    public ProjectCertificates(CertificateAuthority authority, Duration life, SecureRandom random) {
        this.authority = authority;
        this.life = life;
        this.random = random;
    }

    /** The common name by which the log's doors know a project's user. */
    public static String commonName(String projectName, String username) {
        return projectName + "__" + username;
    }

    @Override
    public ProjectCredentials issue(String projectName, String username) {
        Identity identity = authority.issue(commonName(projectName, username), List.of(), life);
        String password = password();
        return new ProjectCredentials(
                base64(identity.keyStore("JKS", password.toCharArray()), password),
                base64(identity.trustStore("JKS"), password),
                password,
                identity.authorityPem(),
                identity.chainPem(),
                identity.keyPem());
    }

    private String password() {
        StringBuilder password = new StringBuilder(PASSWORD_LENGTH);
        for (int index = 0; index < PASSWORD_LENGTH; index++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }

    private static String base64(KeyStore store, String password) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            store.store(out, password.toCharArray());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store could not be written to memory", e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }
}
