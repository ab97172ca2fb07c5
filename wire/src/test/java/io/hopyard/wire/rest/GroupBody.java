package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;

/** The body of a feature group's creation, as the public client sends it. */
final class GroupBody {
    private final ObjectNode json;
    private final ArrayNode features = Json.array();

    private GroupBody(ObjectNode json) {
        this.json = json;
    }

    static GroupBody named(String name) {
        String text = """
                {"id":null,"version":1,"description":"","onlineEnabled":true,"timeTravelFormat":"ICEBERG","featurestoreId":67,
                 "type":"streamFeatureGroupDTO","statisticsConfig":{"enabled":true,"correlations":false,"histograms":false,"exactUniqueness":false,"columns":[]},
                 "eventTime":null,"expectationSuite":null,"parents":[],"topicName":null,"notificationTopicName":null,"deprecated":false,
                 "transformationFunctions":[],"ttl":null,"ttlEnabled":false,"sinkEnabled":false,"onlinePartitionColumns":false,
                 "dataSource":{"query":null,"database":null,"group":null,"table":null,"path":null,"format":null,"metrics":[],"dimensions":[],"restEndpoint":null,"spreadsheetId":null},
                 "deltaStreamerJobConf":{"writeOptions":[{"name":"wait_for_job","value":true}],"sparkJobConfiguration":null}}
                """;
        ObjectNode json = (ObjectNode) Json.parse(text.getBytes(StandardCharsets.UTF_8));
        return new GroupBody(json.put("name", name));
    }

    private GroupBody add(String name, String type, boolean primary) {
        ObjectNode feature = Json.object()
                .put("name", name)
                .put("type", type)
                .put("primary", primary)
                .put("foreign", false)
                .put("partition", false)
                .put("hudiPrecombineKey", false)
                .put("offlineOnly", false)
                .put("onDemand", false)
                .put("useFullyQualifiedName", false)
                .put("columnName", name);
        feature.putNull("description")
                .putNull("onlineType")
                .putNull("defaultValue")
                .putNull("featureGroupId");
        features.add(feature);
        return this;
    }

    GroupBody key(String name, String type) {
        return add(name, type, true);
    }

    GroupBody feature(String name, String type) {
        return add(name, type, false);
    }

    GroupBody eventTime(String name) {
        json.put("eventTime", name);
        return this;
    }

    GroupBody with(String member, JsonNode value) {
        json.set(member, value);
        return this;
    }

    GroupBody version(int version) {
        json.put("version", version);
        return this;
    }

    GroupBody offline() {
        json.put("onlineEnabled", false);
        return this;
    }

    String json() {
        json.set("features", features);
        return json.toString();
    }
}
