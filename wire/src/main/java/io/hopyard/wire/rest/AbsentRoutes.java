package io.hopyard.wire.rest;

import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.List;
import java.util.Set;

/**
 * What the public client may ask for and this version does not have: looking finds nothing, with the codes on which the
 * client branches, and making something is refused as not available.
 */
public final class AbsentRoutes {
    private static final String PROJECT = "/hopsworks-api/api/project/{projectId}";
    private static final String REGISTRY = PROJECT + "/modelregistries/{registryId}/models";
    private static final String SERVING = PROJECT + "/serving";
    private static final String ENVIRONMENTS = PROJECT + "/python/environments";
    private static final Set<String> PAGING = Set.of("expand", "filter_by", "sort_by", "offset", "limit");

    public List<Route> routes() {
        return List.of(
                read(REGISTRY, "Lists models: none.", AbsentRoutes::noItems),
                read(REGISTRY + "/{modelId}", "Finds no model.", exchange -> missing(ErrorCode.MODEL_NOT_FOUND)),
                refuse("PUT", REGISTRY + "/{modelId}", Set.of(), "model registry"),
                read(SERVING, "Lists deployments: none.", exchange -> Answer.ok(Json.array())),
                read(
                        SERVING + "/{deploymentId}",
                        "Finds no deployment.",
                        exchange -> missing(ErrorCode.DEPLOYMENT_NOT_FOUND)),
                refuse("PUT", SERVING, Set.of(), "model serving"),
                read(ENVIRONMENTS, "Lists Python environments: none.", AbsentRoutes::noItems),
                read(
                        ENVIRONMENTS + "/{environment}",
                        "Finds no Python environment.",
                        exchange -> missing(ErrorCode.PYTHON_ENVIRONMENT_NOT_FOUND)),
                refuse("POST", ENVIRONMENTS + "/{environment}", Set.of("action"), "Python environments"),
                refuse("GET", PROJECT + "/git/repository", PAGING, "git repositories"),
                refuse("GET", PROJECT + "/alerts", PAGING, "alerts"));
    }

    private static Route read(String path, String summary, Route.Handler handler) {
        return new Route("GET", path, Access.PROJECT_READ, Scope.PROJECT, PAGING, summary, handler);
    }

    private static Route refuse(String method, String path, Set<String> query, String what) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.PROJECT, query, "Not available: " + what + ".", exchange -> {
            throw new FeatureStoreException(ErrorCode.NOT_AVAILABLE, what + ": not available in this version");
        });
    }

    private static Answer noItems(Exchange exchange) {
        return Answer.ok(AccessJson.list(Json.array()));
    }

    private static Answer missing(ErrorCode code) {
        throw new FeatureStoreException(code, "there is none in this version");
    }
}
