package io.hopyard.core.join;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a node says that wants to join; its shape is checked here, whether it may is for {@link JoinRules}. Immutable.
 *
 * @param hosts names and addresses under which others will reach it; they go into its certificate
 * @param certificateRequest PEM of a PKCS 10 request, signed with the node's own key
 */
public record JoinRequest(
        JoinToken token,
        String name,
        Set<NodeRole> roles,
        String zone,
        String region,
        List<String> hosts,
        String certificateRequest) {
    private static final int HOSTS_MAX = 32;
    private static final int SHOWN_MAX = 64;
    private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern HOST = Pattern.compile("[0-9a-zA-Z.:-]{1,253}");

    /** @throws FeatureStoreException {@code INVALID_REQUEST} for a value that can be no node's */
    public JoinRequest {
        checkWord("node name", name);
        checkWord("zone", zone);
        checkWord("region", region);
        check(!roles.isEmpty(), "roles: none (expected: at least one of head, worker, data, broker, api)");
        checkHosts(hosts);
        roles = Set.copyOf(roles);
        hosts = List.copyOf(hosts);
    }

    /** Who the node will be. */
    public Peer peer() {
        return new Peer(name, roles);
    }

    /**
     * As what the token is spent: a request that is sent again, since its answer was lost, makes the same claim, and no
     * other one does.
     *
     * @param keyHash of the public key in the certificate request
     */
    public String claim(String keyHash) {
        return name + " " + roles.stream().sorted().map(NodeRole::word).collect(Collectors.joining(",")) + " "
                + keyHash;
    }

    /** @throws FeatureStoreException {@code INVALID_REQUEST} for what cannot name a node, a zone or a region */
    static void checkWord(String what, String value) {
        check(
                WORD.matcher(value).matches(),
                what + ": '" + shown(value) + "' (expected: 1 to 32 small letters, digits or '-')");
    }

    /** @throws FeatureStoreException {@code INVALID_REQUEST} for hosts that a certificate should not name */
    static void checkHosts(List<String> hosts) {
        check(
                !hosts.isEmpty() && hosts.size() <= HOSTS_MAX,
                "hosts: " + hosts.size() + " of them (expected: 1 to " + HOSTS_MAX + ")");
        for (String host : hosts) {
            check(
                    HOST.matcher(host).matches(),
                    "hosts: '" + shown(host) + "' (expected: a host name or numeric address)");
        }
    }

    private static String shown(String value) {
        return value.length() <= SHOWN_MAX ? value : value.substring(0, SHOWN_MAX) + "...";
    }

    private static void check(boolean good, String message) {
        if (!good) {
            throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, message);
        }
    }
}
