package io.hopyard.wire.join;

import io.hopyard.core.access.ProjectCredentials;
import java.security.cert.X509Certificate;

/** Gives key material of members of projects to nodes that serve those members. Thread safe. */
@FunctionalInterface
public interface CredentialDesk {
    /**
     * @param shown the asking node's certificate, which TLS trusts
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAUTHENTICATED} when that node may not ask
     */
    ProjectCredentials issue(X509Certificate shown, String project, String user);
}
