package io.hopyard.core.join;

import java.util.List;

/**
 * What a node says that has a certificate and wants a fresh one; who it is stands in the certificate it shows. Immutable.
 *
 * @param certificateRequest PEM of a PKCS 10 request, signed with the node's own key
 */
public record RenewRequest(List<String> hosts, String certificateRequest) {
    /** @throws io.hopyard.core.error.FeatureStoreException {@code INVALID_REQUEST} for hosts no certificate should name */
    public RenewRequest {
        JoinRequest.checkHosts(hosts);
        hosts = List.copyOf(hosts);
    }
}
