package io.hopyard.wire.rest;

import io.hopyard.core.access.Scope;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the public client can ask for and this version does not have: a clear refusal instead of an unknown path. */
final class UnavailableRoutes {
    private UnavailableRoutes() {}

    static List<Route> routes() {
        String suite = Paths.GROUP + "/expectationsuite";
        String validation = "expectation suites and validation reports";
        List<Route> routes = new ArrayList<>();
        routes.add(refusal("POST", suite, validation));
        routes.add(refusal("PUT", suite + "/{suiteId}", validation));
        routes.add(refusal("PUT", suite + "/{suiteId}/metadata", validation));
        routes.add(refusal("DELETE", suite + "/{suiteId}", validation));
        routes.add(refusal("GET", suite + "/{suiteId}/expectations", validation));
        routes.add(refusal("POST", suite + "/{suiteId}/expectations", validation));
        routes.add(refusal("PUT", suite + "/{suiteId}/expectations/{expectationId}", validation));
        routes.add(refusal("DELETE", suite + "/{suiteId}/expectations/{expectationId}", validation));
        routes.add(refusal("PUT", Paths.GROUP + "/validationreport", validation));
        routes.add(refusal("GET", Paths.GROUP + "/validationreport", validation));
        routes.add(refusal("DELETE", Paths.GROUP + "/validationreport/{reportId}", validation));
        routes.add(refusal("GET", Paths.GROUP + "/validationresult/history/{expectationId}", validation));
        routes.add(refusal("POST", Paths.GROUP + "/commits", "offline commits by the client"));
        routes.add(refusal("POST", Paths.GROUP + "/ingestion", "ingestion of uploaded files"));
        routes.add(refusal("POST", Paths.VIEW + "/log", "logging of features"));
        routes.add(refusal("POST", Paths.DATASET + "/{path}", "files"));
        routes.add(refusal("PUT", Paths.DATASET + "/{path}", "files"));
        routes.add(refusal("DELETE", Paths.DATASET + "/{path}", "files"));
        routes.add(refusal("POST", Paths.DATASET + "/upload/{path}", "files"));
        routes.add(refusal("GET", Paths.PROJECT + "/elastic/featurestore", "search"));
        return routes;
    }

    private static Route refusal(String method, String path, String what) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        Set<String> query = Set.of(
                "action",
                "docType",
                "fields",
                "from",
                "limit",
                "offset",
                "searchTerm",
                "size",
                "sort_by",
                "filter_by",
                "searchable",
                "generate_readme",
                "type",
                "destination_path");
        return new Route(
                method,
                path,
                access,
                Scope.FEATURESTORE,
                query,
                "Refuses: " + what + " are not available.",
                exchange -> {
                    throw Members.notAvailable(what);
                });
    }
}
