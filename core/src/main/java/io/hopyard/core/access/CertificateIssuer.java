package io.hopyard.core.access;

/** Makes the key material with which a user of a project comes in at doors that ask for certificates. Thread safe. */
@FunctionalInterface
public interface CertificateIssuer {
    /** Fresh and short-lived; the names stand in the certificate. */
    ProjectCredentials issue(String projectName, String username);
}
