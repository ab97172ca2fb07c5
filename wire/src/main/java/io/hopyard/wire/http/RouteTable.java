package io.hopyard.wire.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request by the segments of its path; a literal part wins over a variable one. Immutable after
 * construction.
 */
final class RouteTable<R> {
    /**
     * @param target what was registered for method and path, or null
     * @param allowed methods that the path knows; empty = the path is unknown
     */
    record Match<R>(@Nullable R target, Set<String> allowed) {}

    private static final class Node<R> {
        final Map<String, Node<R>> literals = new HashMap<>();

        @Nullable
        Node<R> variable;

        final Map<String, R> targets = new TreeMap<>();
    }

    private final Node<R> root = new Node<>();

    static List<String> segments(String template) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("path of a route: " + template + " (expected: a leading slash)");
        }
        return List.of(template.substring(1).split("/", -1));
    }

    static @Nullable String variable(String segment) {
        return segment.startsWith("{") && segment.endsWith("}") ? segment.substring(1, segment.length() - 1) : null;
    }

    void add(String method, String template, R target) {
        Node<R> node = root;
        for (String segment : segments(template)) {
            if (variable(segment) == null) {
                node = node.literals.computeIfAbsent(segment, key -> new Node<>());
                continue;
            }
            Node<R> next = node.variable;
            if (next == null) {
                next = new Node<>();
                node.variable = next;
            }
            node = next;
        }
        if (node.targets.putIfAbsent(method, target) != null) {
            throw new IllegalArgumentException("two routes for " + method + " " + template);
        }
    }

    Match<R> find(String method, List<String> segments) {
        List<Node<R>> leaves = new ArrayList<>(2);
        collect(root, segments, 0, leaves);
        Set<String> allowed = new TreeSet<>();
        for (Node<R> leaf : leaves) {
            R target = leaf.targets.get(method);
            if (target != null) {
                return new Match<>(target, Set.of());
            }
            allowed.addAll(leaf.targets.keySet());
        }
        return new Match<>(null, allowed);
    }

    private void collect(Node<R> node, List<String> segments, int index, List<Node<R>> leaves) {
        if (index == segments.size()) {
            if (!node.targets.isEmpty()) {
                leaves.add(node);
            }
            return;
        }
        String segment = segments.get(index);
        Node<R> literal = node.literals.get(segment);
        if (literal != null) {
            collect(literal, segments, index + 1, leaves);
        }
        Node<R> variable = node.variable;
        if (variable != null && !segment.isEmpty()) {
            collect(variable, segments, index + 1, leaves);
        }
    }
}
