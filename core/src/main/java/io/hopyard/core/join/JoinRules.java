package io.hopyard.core.join;

import io.hopyard.core.cluster.JoinRule;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Whether a node with a good token may join. Pure; all of it is asked before the token is spent. */
public final class JoinRules {
    private JoinRules() {}

    private record Case(JoinRequest request, StoredToken token, ClusterView cluster) {
        boolean asksForHead() {
            return request.roles().contains(NodeRole.HEAD);
        }

        String name() {
            return "node name: " + request.name();
        }

        Set<String> heads() {
            return new TreeSet<>(cluster.heads());
        }
    }

    /** Something that must not be, and what is said then. */
    private record Objection(Predicate<Case> holds, Function<Case, String> message) {}

    private static final List<Objection> OBJECTIONS = List.of(
            new Objection(
                    it -> !it.token().roles().containsAll(it.request().roles()),
                    it -> "roles: " + words(it.request().roles()) + " (expected: among "
                            + words(it.token().roles()) + ", which the token is for)"),
            new Objection(
                    it -> it.token().name() != null
                            && !it.request().name().equals(it.token().name()),
                    it -> it.name() + " (expected: " + it.token().name() + ", which the token is for)"),
            new Objection(
                    it -> !it.request().region().equals(it.cluster().region()),
                    it -> "region: " + it.request().region() + " (expected: "
                            + it.cluster().region() + ", in which this cluster was made; a cluster never spans"
                            + " regions)"),
            new Objection(
                    it -> it.token().name() == null
                            && it.cluster().known().contains(it.request().name()),
                    it -> it.name() + " (expected: another one, the cluster has a node of that name; to let it join"
                            + " again, make a token with --name " + it.request().name() + ")"),
            new Objection(
                    it -> it.asksForHead() && !it.heads().contains(it.request().name()),
                    it -> it.name() + " (expected: one of " + it.heads() + ", the heads of this cluster)"),
            new Objection(
                    it -> it.asksForHead() && it.heads().size() % 2 == 0,
                    it -> "heads: " + it.heads().size() + ", " + it.heads() + " (expected: an odd number, so that a cut"
                            + " leaves a majority on one side)"));

    /** @throws FeatureStoreException {@code JOIN_REFUSED} with the first reason that stands against it */
    public static void check(JoinRequest request, StoredToken token, ClusterView cluster) {
        Case whole = new Case(request, token, cluster);
        for (Objection objection : OBJECTIONS) {
            if (objection.holds().test(whole)) {
                throw new FeatureStoreException(
                        ErrorCode.JOIN_REFUSED, objection.message().apply(whole));
            }
        }
        Node joining = new Node(
                "joining",
                request.name(),
                request.region(),
                request.zone(),
                request.roles(),
                Collections.emptySortedMap());
        JoinRule.check(joining, cluster.alive());
    }

    private static String words(Set<NodeRole> roles) {
        return roles.stream().sorted().map(NodeRole::word).collect(Collectors.joining(", "));
    }
}
