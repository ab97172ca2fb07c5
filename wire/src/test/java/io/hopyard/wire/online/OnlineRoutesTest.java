package io.hopyard.wire.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.ServingView;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class OnlineRoutesTest {
    private static final String HOST = "127.0.26.1";
    private static final String VIEW =
            "\"featureStoreName\":\"demo\",\"featureViewName\":\"fv\",\"featureViewVersion\":1";

    private final OnlineWorld world = new OnlineWorld();
    private final AtomicBoolean healthy = new AtomicBoolean(true);
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpDoor door = new HttpDoor(
            HttpSettings.at("online", HOST, 0).withBodies(OnlineWorld.BODY_BYTES_MAX, 64L << 20),
            new OnlineRoutes(world, world, world, OnlineWorld.SETTINGS, healthy::get).routes(),
            new HttpDoor.Parts(world, KeySource.X_API_KEY, OnlineErrors::write, new Metrics(), System::nanoTime));

    @BeforeEach
    void open() {
        world.put(OnlineWorld.TX, 1L, 1.5, 0L);
        world.put(OnlineWorld.TX, 2L, 2.5, 1L);
        world.put(OnlineWorld.PR, 1L, "x", 30L, "n\"1\u00e4");
        door.start();
    }

    @AfterEach
    void close() {
        client.close();
        door.close();
    }

    private HttpResponse<String> post(String path, String body, @Nullable String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + door.port() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("X-API-KEY", key);
        }
        return send(request.build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> vector(String rest) {
        return post("/0.1.0/feature_store", "{" + VIEW + "," + rest + "}", OnlineWorld.KEY);
    }

    private HttpResponse<String> vectors(String rest) {
        return post("/0.1.0/batch_feature_store", "{" + VIEW + "," + rest + "}", OnlineWorld.KEY);
    }

    @Test
    void vectorIsCompleteWhenEveryGroupHasItsRow() {
        HttpResponse<String> answer = vector("""
                "entries":{"id":1,"p_kind":"x"},"passedFeatures":null,
                "options":{"validatePassedFeatures":false,"includeDetailedStatus":true}""");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body()).isEqualTo("""
                {"features":[1,1.5,"x",30,"n\\"1\u00e4"],"metadata":[],"status":"COMPLETE",\
                "detailedStatus":[{"featureGroupId":11,"httpStatus":200},{"featureGroupId":12,"httpStatus":200}]}""");
        assertThat(world.readCalls).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"id":2,"p_kind":"x"}             | [2,2.5,"x",null,null]      | MISSING  | 200,404
            {"id":9,"p_kind":"x"}             | [9,null,"x",null,null]     | MISSING  | 404,404
            {"id":1}                          | [1,1.5,null,null,null]     | MISSING  | 200,400
            {"p_kind":"x"}                    | [null,null,"x",null,null]  | MISSING  | 400,400
            {"id":1,"kind":"x"}               | [1,1.5,"x",30,"n\\"1ä"]    | COMPLETE | 200,200
            {"id":1,"kind":"y","p_kind":"x"}  | [1,1.5,"x",30,"n\\"1ä"]    | COMPLETE | 200,200
            {"id":9,"p_id":1,"p_kind":"x"}    | [9,null,"x",null,null]     | MISSING  | 404,404
            {"p_id":1,"p_kind":"x"}           | [null,null,"x",30,"n\\"1ä"] | MISSING | 400,200
            {"id":"1","p_kind":"x"}           | [1,1.5,"x",30,"n\\"1ä"]    | COMPLETE | 200,200
            {"id":1.0,"p_kind":"x"}           | [1,1.5,"x",30,"n\\"1ä"]    | COMPLETE | 200,200
            """)
    void entriesAreResolvedByTheirRight(String entries, String features, String status, String statuses) {
        HttpResponse<String> answer =
                vector("\"entries\":" + entries + ",\"options\":{\"includeDetailedStatus\":true}");

        String[] each = statuses.split(",", -1);
        assertThat(answer.body())
                .isEqualTo("{\"features\":" + features + ",\"metadata\":[],\"status\":\"" + status
                        + "\",\"detailedStatus\":[{\"featureGroupId\":11,\"httpStatus\":" + each[0]
                        + "},{\"featureGroupId\":12,\"httpStatus\":" + each[1] + "}]}");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void metadataTellsNamesAndOfflineTypes() {
        HttpResponse<String> answer = vector("""
                "entries":{"id":1,"p_kind":"x"},"metadataOptions":{"featureName":true,"featureType":true}""");

        assertThat(answer.body()).contains("""
                "metadata":[{"featureName":"id","featureType":"bigint"},{"featureName":"amount","featureType":"double"},\
                {"featureName":"p_kind","featureType":"string"},{"featureName":"p_age","featureType":"int"},\
                {"featureName":"p_note","featureType":"string"}]""");
        assertThat(answer.body()).endsWith("\"detailedStatus\":null}");
    }

    @Test
    void passedFeaturesBeatStoredOnesAndDoNotMakeAVectorComplete() {
        HttpResponse<String> answer = vector("""
                "entries":{"id":2},"passedFeatures":{"amount":7.25,"p_age":1,"note":"given","p_kind":"k"}""");

        assertThat(answer.body())
                .isEqualTo("{\"features\":[2,7.25,\"k\",1,\"given\"],\"metadata\":[],\"status\":\"MISSING\","
                        + "\"detailedStatus\":null}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "entries":{"id":1,"zz":2} | 400 | 12 | Provided primary key `zz` does not belong to the set of primary keys.
            "entries":{} | 400 | 12 | No entries found
            "entries":{"id":null} | 400 | 12 | Primary key `id`: null (expected: a number, string or boolean)
            "entries":{"id":[1]} | 415 | 10 | Primary key `id`: an object or array (expected: a number, string or boolean)
            "entries":{"id":"abc"} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":1.5} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":1e400} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":1e999999999} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":92233720368547758070} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":true} | 415 | 10 | Primary key 'id' should be in 'BIGINT' format.
            "entries":{"id":1},"passedFeatures":{"nope":1} | 400 | 11 | Feature `nope` does not exist in the feature view or it is a label which cannot be a passed feature.
            "entries":{"id":1},"passedFeatures":{"fraud":1} | 400 | 11 | Feature `fraud` does not exist in the feature view or it is a label which cannot be a passed feature.
            "entries":{"id":1},"passedFeatures":{"amount":"x"} | 400 | 10 | Feature `amount`: Got: 'string', expected: 'number' (offline type: double)
            "entries":{"id":1},"passedFeatures":{"p_note":1} | 400 | 10 | Feature `p_note`: Got: 'number', expected: 'string' (offline type: string)
            "entries":{"id":1},"passedFeatures":{"amount":null} | 400 | 13 | Passed feature `amount`: null (expected: a value)
            """)
    void wrongEntriesAreRefusedWithTheirNumber(String rest, int status, int code, String message) {
        HttpResponse<String> answer = vector(rest.replace('´', '`'));

        assertThat(answer.body()).contains("{\"code\":" + code + ",\"reason\":\"");
        assertThat(answer.body()).contains("\"message\":\"" + message + "\"}");
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"featureViewName":"fv","featureViewVersion":1,"entries":{"id":1}} | Error:Field validation for 'Body' failed featureStoreName
            {"featureStoreName":"demo","featureViewVersion":1,"entries":{"id":1}} | Error:Field validation for 'Body' failed featureViewName
            {"featureStoreName":"demo","featureViewName":"fv","entries":{"id":1}} | Error:Field validation for 'Body' failed featureViewVersion
            {"featureStoreName":"demo","featureViewName":"fv","featureViewVersion":1} | Error:Field validation for 'Body' failed entries
            {"featureStoreName":"","featureViewName":"fv","featureViewVersion":1,"entries":{"id":1}} | Error:Field validation for 'Body' failed featureStoreName (expected: a non-empty string)
            {"featureStoreName":"demo","featureViewName":"fv","featureViewVersion":"1","entries":{"id":1}} | Error:Field validation for 'Body' failed featureViewVersion (expected: an integer)
            {"featureStoreName":"demo","featureViewName":"fv","featureViewVersion":1,"entries":[]} | Error:Field validation for 'Body' failed entries (expected: an object of serving keys)
            {"featureStoreName":"demo","featureViewName":"fv","featureViewVersion":1,"entries":{"id":1},"options":{"nope":true}} | Error:Field validation for 'Body' failed options.nope (expected: validatePassedFeatures or includeDetailedStatus)
            {"featureStoreName":"demo","featureViewName":"fv","featureViewVersion":1,"entries":{"id":1},"metadataOptions":{"featureName":1}} | Error:Field validation for 'Body' failed featureName (expected: true or false)
            [] | Error:body is no JSON object
            """)
    void wrongBodiesAreRefusedAsText(String body, String text) {
        HttpResponse<String> answer = post("/0.1.0/feature_store", body, OnlineWorld.KEY);

        assertThat(answer.body()).isEqualTo(text);
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void bodyThatIsNoJsonIsRefused() {
        HttpResponse<String> answer = post("/0.1.0/feature_store", "{\"a\":", OnlineWorld.KEY);

        assertThat(answer.body()).startsWith("Error:body is no JSON");
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"/0.1.0/feature_store", "/0.1.0/batch_feature_store", "/0.1.0/batch", "/0.1.0/demo/tx_1/pk-read"})
    void keyIsCheckedBeforeAnythingElse(String path) {
        assertThat(post(path, "{}", null).body()).isEqualTo("the apikey is nil");
        assertThat(post(path, "{}", null).statusCode()).isEqualTo(400);
        assertThat(post(path, "{}", "short.x").body()).isEqualTo("the apikey has an incorrect format");
        assertThat(post(path, "{}", "short.x").statusCode()).isEqualTo(400);
        assertThat(post(path, "{}", "cccccccccccccccc.x").statusCode()).isEqualTo(401);
    }

    @Test
    void strangerLearnsNothingAboutViews() {
        String known = "{" + VIEW + ",\"entries\":{\"id\":1}}";
        String unknown = known.replace("\"fv\"", "\"nope\"");

        HttpResponse<String> ofKnown = post("/0.1.0/feature_store", known, OnlineWorld.STRANGER_KEY);
        HttpResponse<String> ofUnknown = post("/0.1.0/feature_store", unknown, OnlineWorld.STRANGER_KEY);

        assertThat(ofKnown.statusCode()).isEqualTo(401);
        assertThat(ofKnown.body()).isEqualTo("API key not authorized to access demo");
        assertThat(ofUnknown.body()).isEqualTo(ofKnown.body());
        assertThat(ofUnknown.statusCode()).isEqualTo(401);
    }

    @Test
    void unknownNamesHaveTheirNumbers() {
        String body = "{" + VIEW + ",\"entries\":{\"id\":1}}";

        HttpResponse<String> view = post("/0.1.0/feature_store", body.replace("\"fv\"", "\"nope\""), OnlineWorld.KEY);
        HttpResponse<String> store =
                post("/0.1.0/feature_store", body.replace("\"demo\"", "\"nope\""), OnlineWorld.KEY);

        assertThat(view.body()).startsWith("{\"code\":1,\"reason\":\"Feature view does not exist.\"");
        assertThat(view.statusCode()).isEqualTo(400);
        assertThat(store.body()).startsWith("{\"code\":2,\"reason\":\"Feature store does not exist.\"");
        assertThat(store.statusCode()).isEqualTo(400);
    }

    @Test
    void batchKeepsTheOrderAndGoesOnAfterABadRow() {
        HttpResponse<String> answer = vectors("""
                "entries":[{"id":2,"p_kind":"x"},{"zz":1},{"id":1,"p_kind":"x"}],"passedFeatures":[],
                "options":{"includeDetailedStatus":true}""");

        assertThat(answer.body()).isEqualTo("""
                {"features":[[2,2.5,"x",null,null],null,[1,1.5,"x",30,"n\\"1\u00e4"]],"metadata":[\
                {"featureName":null,"featureType":null},{"featureName":null,"featureType":null},\
                {"featureName":null,"featureType":null},{"featureName":null,"featureType":null},\
                {"featureName":null,"featureType":null}],"status":["MISSING","ERROR","COMPLETE"],"detailedStatus":[\
                [{"featureGroupId":11,"httpStatus":200},{"featureGroupId":12,"httpStatus":404}],null,\
                [{"featureGroupId":11,"httpStatus":200},{"featureGroupId":12,"httpStatus":200}]]}""");
        assertThat(world.readCalls).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "entries":[] | 400 | No primary key is given.
            "entries":[{"id":1}],"passedFeatures":[{},{}] | 400 | Length of passed feature does not equal to that of the entries provided in the request.
            "entries":{"id":1} | 400 | Error:Field validation for 'Body' failed entries (expected: an array of objects of serving keys)
            """)
    void wrongBatchesAreRefusedAsText(String rest, int status, String text) {
        HttpResponse<String> answer = vectors(rest);

        assertThat(answer.body()).isEqualTo(text);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void wrongTypeOfAKeyFailsTheWholeBatch() {
        HttpResponse<String> answer = vectors("\"entries\":[{\"id\":1,\"p_kind\":\"x\"},{\"id\":\"x\"}]");

        assertThat(answer.body()).contains("\"code\":10").contains("Primary key 'id' should be in 'BIGINT' format.");
        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @Test
    void everyTypeIsWrittenAsTheContractSays() {
        world.putEdges("\u00e4\ud83d\ude00\n\t\u0001\\", HexFormat.of().parseHex("020402060000"));
        world.put(
                OnlineWorld.TYPES,
                7L,
                false,
                0L,
                0L,
                0L,
                Long.MAX_VALUE,
                Float.NaN,
                Double.POSITIVE_INFINITY,
                new BigDecimal("0.00"),
                "",
                0L,
                -1L,
                new byte[0],
                new byte[] {0});

        HttpResponse<String> answer = post("/0.1.0/batch_feature_store", """
                {"featureStoreName":"demo","featureViewName":"types","featureViewVersion":1,
                 "entries":[{"id":5},{"id":6},{"id":7}]}""", OnlineWorld.KEY);

        assertThat(answer.body()).startsWith("""
                {"features":[[5,true,-128,32767,-2147483648,-9223372036854775808,1.25,1.0E300,-12345678.90,\
                "\u00e4\ud83d\ude00\\n\\t\\u0001\\\\","2026-01-01","2026-01-01 00:00:00.000001","AP8H",[3,null]],\
                [6,null,null,null,null,null,null,null,null,null,null,null,null,null],\
                [7,false,0,0,0,9223372036854775807,null,null,0.00,"","1970-01-01","1969-12-31 23:59:59.999999","",null]]""");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void brokenComplexFeatureFailsItsVectorOnly() {
        world.put(
                OnlineWorld.TYPES,
                8L,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new byte[] {2, 2, 2});
        world.put(OnlineWorld.TYPES, 6L, null, null, null, null, null, null, null, null, null, null, null, null, null);
        String view = "{\"featureStoreName\":\"demo\",\"featureViewName\":\"types\",\"featureViewVersion\":1,";

        HttpResponse<String> batch =
                post("/0.1.0/batch_feature_store", view + "\"entries\":[{\"id\":8},{\"id\":6}]}", OnlineWorld.KEY);
        HttpResponse<String> single = post("/0.1.0/feature_store", view + "\"entries\":{\"id\":8}}", OnlineWorld.KEY);

        assertThat(batch.body()).startsWith("{\"features\":[null,[6,").contains("\"status\":[\"ERROR\",\"COMPLETE\"]");
        assertThat(single.body()).startsWith("{\"code\":19,");
        assertThat(single.statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CONCURRENT_CHANGE"})
    void whatMayWorkLaterIsUnavailableWithRetryAfter(ErrorCode code) {
        world.failWith(code);

        HttpResponse<String> vector = vector("\"entries\":{\"id\":1}");
        HttpResponse<String> row =
                post("/0.1.0/demo/tx_1/pk-read", "{\"filters\":[{\"column\":\"id\",\"value\":1}]}", OnlineWorld.KEY);

        assertThat(vector.statusCode()).isEqualTo(503);
        assertThat(vector.body())
                .isEqualTo("{\"code\":14,\"reason\":\"Reading from db failed.\",\"message\":\"no data node answers\"}");
        assertThat(vector.headers().firstValue("retry-after")).hasValue("1");
        assertThat(row.statusCode()).isEqualTo(503);
        assertThat(row.headers().firstValue("retry-after")).hasValue("1");
    }

    @Test
    void rowIsReadByItsKey() {
        HttpResponse<String> all = post(
                "/0.1.0/demo/tx_1/pk-read",
                "{\"filters\":[{\"column\":\"id\",\"value\":1}],\"operationId\":\"op\"}",
                OnlineWorld.KEY);
        HttpResponse<String> one = post("/0.1.0/DEMO/pr_1/pk-read", """
                {"filters":[{"column":"kind","value":"x"},{"column":"id","value":"1"}],
                 "readColumns":[{"column":"note","dataReturnType":"default"}]}""", OnlineWorld.KEY);
        HttpResponse<String> none =
                post("/0.1.0/demo/tx_1/pk-read", "{\"filters\":[{\"column\":\"id\",\"value\":77}]}", OnlineWorld.KEY);

        assertThat(all.body()).isEqualTo("{\"operationId\":\"op\",\"data\":{\"amount\":1.5,\"fraud\":0}}");
        assertThat(one.body()).isEqualTo("{\"data\":{\"note\":\"n\\\"1\u00e4\"}}");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).isEqualTo("{\"data\":{}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | the Field section is null
            {"filters":[]} | the Field section is empty
            {"filters":[{"value":1}]} | a Column name in the Field section is null
            {"filters":[{"column":"","value":1}]} | a Column name in the Field section is empty
            {"filters":[{"column":"id","value":null}]} | a Column in the Field section is null
            {"filters":[{"column":"id","value":1},{"column":"id","value":1}]} | field validation for filter failed on the 'unique' tag: id
            {"filters":[{"column":"id","value":1}],"readColumns":[{}]} | a column to read is missing a name
            {"filters":[{"column":"id","value":1}],"readColumns":[{"column":"id"}]} | field validation for read columns failed. 'id' already included in filter
            {"filters":[{"column":"id","value":1}],"readColumns":[{"column":"amount"},{"column":"amount"}]} | field validation for 'ReadColumns' failed on the 'unique' tag: amount
            {"filters":[{"column":"id","value":1}],"readColumns":[{"column":"amount","dataReturnType":"x"}]} | default dataReturnType is the only supported
            {"filters":[{"column":"id","value":1}],"readColumns":[{"column":"zz"}]} | Column does not exist. Column: zz
            {"filters":[{"column":"id","value":"x"}]} | Wrong data type. Expecting BIGINT. Column: id
            {"filters":[{"column":"amount","value":1}]} | Wrong primary-key column. Column: amount
            {"filters":[{"column":"id","value":1},{"column":"amount","value":1}]} | Wrong number of primary-key columns. Expecting: 1 Got: 2
            {"filters":[{"column":"id","value":1}],"operationId":5} | operationId is invalid; error: max allowed length is 256
            """)
    void wrongReadsAreRefusedAsText(String body, String text) {
        HttpResponse<String> answer = post("/0.1.0/demo/tx_1/pk-read", body, OnlineWorld.KEY);

        assertThat(answer.body()).isEqualTo(text);
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void tablesOfOthersAndUnknownOnesAreToldApartByMembersOnly() {
        String body = "{\"filters\":[{\"column\":\"id\",\"value\":1}]}";

        assertThat(post("/0.1.0/demo/nope_1/pk-read", body, OnlineWorld.KEY).body())
                .isEqualTo("Database/Table does not exist. Database: demo Table: nope_1");
        assertThat(post("/0.1.0/other/secret_1/pk-read", body, OnlineWorld.KEY).body())
                .isEqualTo("API key not authorized to access other");
        assertThat(post("/0.1.0/other/nope_1/pk-read", body, OnlineWorld.KEY).body())
                .isEqualTo("API key not authorized to access other");
        assertThat(post("/0.1.0/nowhere/nope_1/pk-read", body, OnlineWorld.KEY).statusCode())
                .isEqualTo(401);
    }

    @Test
    void batchOfRowsAnswersEachWithItsCode() {
        HttpResponse<String> answer = post("/0.1.0/batch", """
                {"operations":[
                 {"method":"POST","relative-url":"demo/tx_1/pk-read","body":{"filters":[{"column":"id","value":1}],
                  "operationId":"a"}},
                 {"relative-url":"demo/tx_1/pk-read","body":{"filters":[{"column":"id","value":77}]}}]}""", OnlineWorld.KEY);

        assertThat(answer.body())
                .isEqualTo("{\"result\":[{\"code\":200,\"body\":{\"operationId\":\"a\",\"data\":"
                        + "{\"amount\":1.5,\"fraud\":0}}},{\"code\":404,\"body\":{\"data\":{}}}]}");
        assertThat(world.readCalls).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | 400 | No operations defined
            {"operations":[{"method":"GET","relative-url":"demo/tx_1/pk-read","body":{}}]} | 400 | the Method section should be POST
            {"operations":[{"method":null,"relative-url":"demo/tx_1/pk-read","body":{}}]} | 400 | the Method section should be POST
            {"operations":[{"body":{}}]} | 400 | the relativeUrl section is required
            {"operations":[{"relative-url":"demo/tx_1/pk-write","body":{}}]} | 400 | Field validation for 'RelativeURL' failed
            {"operations":[{"relative-url":"demo/tx_1/pk-read"}]} | 400 | Field validation for 'Body' failed
            {"operations":[{"relative-url":"other/secret_1/pk-read","body":{"filters":[{"column":"id","value":1}]}}]} | 401 | API key not authorized to access other
            """)
    void wrongBatchOfRowsFailsAsAWhole(String body, int status, String text) {
        HttpResponse<String> answer = post("/0.1.0/batch", body, OnlineWorld.KEY);

        assertThat(answer.body()).isEqualTo(text);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void secondVersionTellsErrorsInItsOwnShape() {
        HttpResponse<String> unknown =
                post("/0.2.0/feature_store", "{" + VIEW + ",\"entries\":{\"zz\":1}}", OnlineWorld.KEY);
        HttpResponse<String> noKey = post("/0.2.0/feature_store", "{}", null);

        assertThat(unknown.body()).isEqualTo("""
                {"error":{"code":400,"message":"Provided primary key `zz` does not belong to the set of primary keys.",\
                "status":-1,"classification":-1,"ndbCode":-1,"mysqlCode":-1,"hopyardCode":700301}}""");
        assertThat(noKey.body()).isEqualTo("""
                {"error":{"code":400,"message":"the apikey is nil",\
                "status":-1,"classification":-1,"ndbCode":-1,"mysqlCode":-1,"hopyardCode":700001}}""");
    }

    @Test
    void tooLargeBodyIsRefused() {
        HttpResponse<String> answer =
                post("/0.1.0/feature_store", " ".repeat(OnlineWorld.BODY_BYTES_MAX + 1), OnlineWorld.KEY);

        assertThat(answer.body()).isEqualTo("Request too large");
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void batchAboveItsBoundIsRefused() {
        String entries = "{\"id\":1},".repeat(OnlineWorld.SETTINGS.batchMax()) + "{\"id\":1}";
        String operation =
                "{\"method\":\"POST\",\"relative-url\":\"demo/tx_1/pk-read\",\"body\":{\"filters\":[{\"column\":\"id\",\"value\":1}]}}";

        HttpResponse<String> vectors = post(
                "/0.1.0/batch_feature_store",
                "{\"featureStoreName\":\"demo\",\"featureViewName\":\"fv\",\"featureViewVersion\":1,\"entries\":["
                        + entries + "]}",
                OnlineWorld.KEY);
        HttpResponse<String> rows = post(
                "/0.1.0/batch",
                "{\"operations\":[" + (operation + ",").repeat(OnlineWorld.SETTINGS.batchMax()) + operation + "]}",
                OnlineWorld.KEY);

        assertThat(vectors.body()).isEqualTo("entries: 1001 (expected: at most 1000)");
        assertThat(vectors.statusCode()).isEqualTo(400);
        assertThat(rows.body()).contains("1000");
        assertThat(rows.statusCode()).isEqualTo(400);
    }

    @Test
    void documentNamesEveryRouteAndTheHeaderOfTheKey() {
        HttpResponse<String> answer = get("/openapi.json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains(
                        "\"/0.1.0/feature_store\"",
                        "\"/0.2.0/{db}/{table}/pk-read\"",
                        "\"/openapi.json\"",
                        "\"name\":\"X-API-KEY\"")
                .doesNotContain("Authorization", "#/components/schemas/Error");
    }

    @Test
    void pingAndHealthNeedNoKey() {
        HttpResponse<String> ping = get("/0.1.0/ping");
        HttpResponse<String> health = get("/0.1.0/health");
        healthy.set(false);
        HttpResponse<String> sick = get("/0.2.0/health");

        assertThat(ping.statusCode()).isEqualTo(200);
        assertThat(ping.body()).isEmpty();
        assertThat(health.body()).isEqualTo("1");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(sick.body()).isEqualTo("0");
        assertThat(sick.statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + door.port() + path))
                .build());
    }

    @Test
    void changedViewIsServedAtOnce() {
        String entries = "\"entries\":{\"id\":1,\"p_kind\":\"x\"}";
        String before = vector(entries).body();
        ServingView view = Objects.requireNonNull(world.views.get("demo.fv.1"));
        world.views.put(
                "demo.fv.1",
                new ServingView(
                        1, "demo", "fv", 1, view.groups(), view.features().subList(0, 2)));

        assertThat(before).startsWith("{\"features\":[1,1.5,\"x\",30,");
        assertThat(vector(entries).body()).startsWith("{\"features\":[1,1.5],");
    }
}
