package io.hopyard.testkit.http;

import java.util.Set;

/**
 * What a test must know of a route.
 *
 * @param path template with parts like {@code {projectId}}
 * @param access name of the door's access rule, for example {@code PROJECT_READ}
 * @param query names of the parameters it knows
 */
public record RouteShape(String method, String path, String access, Set<String> query) {
    public RouteShape {
        query = Set.copyOf(query);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
