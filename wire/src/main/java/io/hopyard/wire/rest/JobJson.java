package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.Executions;
import io.hopyard.core.catalog.Executions.Execution;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import java.time.Instant;

/** Jobs and executions as JSON. */
final class JobJson {
    ObjectNode toJson(Exchange exchange, FeatureGroup group) {
        String name = Executions.jobName(group);
        ObjectNode config = Json.object()
                .put("type", "sparkJobConfiguration")
                .put("appName", name)
                .put("defaultArgs", "-op offline_fg_materialization -path " + group.topic());
        ObjectNode json = Json.object()
                .put("id", group.id())
                .put("name", name)
                .put(
                        "creationTime",
                        Instant.ofEpochMilli(group.creation().atMillis()).toString())
                .put("jobType", "PYTHON")
                .put("href", href(exchange, group));
        json.set("config", config);
        json.set("creator", FeatureGroupJson.creator(group.creation()));
        return json;
    }

    ObjectNode toJson(Exchange exchange, FeatureStore store, FeatureGroup group, Execution execution) {
        String folder = LogFiles.folder(store, group, execution.id());
        return Json.object()
                .put("id", execution.id())
                .put(
                        "submissionTime",
                        Instant.ofEpochMilli(execution.submittedAtMillis()).toString())
                .put("state", "FINISHED")
                .put("finalStatus", "SUCCEEDED")
                .put("progress", 1.0)
                .put("args", execution.arguments())
                .put("hdfsUser", execution.username())
                .put("stdoutPath", folder + LogFiles.STDOUT)
                .put("stderrPath", folder + LogFiles.STDERR)
                .put("href", href(exchange, group) + "/executions/" + execution.id());
    }

    private static String href(Exchange exchange, FeatureGroup group) {
        return exchange.baseUrl() + "/hopsworks-api/api/project/" + group.projectId() + "/jobs/"
                + Executions.jobName(group);
    }
}
