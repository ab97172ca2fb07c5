package io.hopyard.wire.http;

import io.hopyard.core.access.Scope;
import java.util.Set;

/**
 * One operation of an HTTP door. The list of routes is what the door serves, what the OpenAPI document describes and what
 * the access test walks.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path template with parts like {@code {projectId}}; each stands for one encoded path segment, whose decoded value
 *     may contain slashes
 * @param query names of the query parameters it understands; another one is refused with {@code UNKNOWN_PARAMETER}
 * @param scope what the API key must be good for; ignored for PUBLIC
 * @param summary one sentence for the OpenAPI document
 */
public record Route(
        String method, String path, Access access, Scope scope, Set<String> query, String summary, Handler handler) {
    public Route {
        query = Set.copyOf(query);
    }

    /** Answers one request, on a virtual thread; may block within the exchange's deadline. */
    @FunctionalInterface
    public interface Handler {
        Answer handle(Exchange exchange);
    }
}
