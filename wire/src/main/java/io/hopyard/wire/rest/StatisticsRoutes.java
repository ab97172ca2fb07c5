package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Attachments.Target;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.Statistics;
import io.hopyard.core.catalog.Statistics.Entry;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Statistics that the client computed: stored as they came, found again by their attributes. */
public final class StatisticsRoutes {
    private static final Set<String> QUERY = Set.of(
            "offset", "limit", "fields", "sort_by", "filter_by", "feature_names", "training_dataset_version", "expand");
    private static final BigDecimal WHOLE = BigDecimal.ONE;

    private final StoreAccess access;
    private final Statistics statistics;
    private final EntityTargets targets;
    private final Clock clock;

    StatisticsRoutes(StoreAccess access, Statistics statistics, EntityTargets targets, Clock clock) {
        this.access = access;
        this.statistics = statistics;
        this.targets = targets;
        this.clock = clock;
    }

    public List<Route> routes() {
        String group = Paths.GROUP + "/statistics";
        String dataset = Paths.TRAINING_DATASET + "/statistics";
        return List.of(
                route("GET", group, QUERY, "Returns statistics of a group.", e -> list(e, targets::group)),
                route("POST", group, Set.of(), "Stores statistics of a group.", e -> put(e, targets::group)),
                route("POST", group + "/compute", Set.of(), "Refuses to compute statistics.", this::compute),
                route("GET", dataset, QUERY, "Returns statistics of a dataset.", e -> list(e, targets::dataset)),
                route("POST", dataset, Set.of(), "Stores statistics of a dataset.", e -> put(e, targets::dataset)),
                route("POST", dataset + "/compute", Set.of(), "Refuses to compute statistics.", this::compute));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer compute(Exchange exchange) {
        throw Members.notAvailable("statistics/compute: statistics computed by the server from the offline store");
    }

    private Answer put(Exchange exchange, EntityTargets.Finder finder) {
        Target target = finder.find(exchange, access.toWrite(exchange));
        ObjectNode document = (ObjectNode) Members.withoutNulls(exchange.jsonObject());
        Long computed = Members.findNumber(document, "computationTime");
        long computedAt = computed == null ? clock.millis() : computed;
        document.put("computationTime", computedAt);
        BigDecimal rows = decimal(document.get("rowPercentage"));
        JsonNode before = Members.find(document, "beforeTransformation");
        statistics.put(
                target,
                new Entry(
                        computedAt,
                        (rows == null ? WHOLE : rows).stripTrailingZeros().toPlainString(),
                        before == null ? null : Members.flag(document, "beforeTransformation", false),
                        Members.findNumber(document, "windowStartCommitTime"),
                        Members.findNumber(document, "windowEndCommitTime"),
                        Json.text(document)),
                exchange.deadline());
        return Answer.json(201, document);
    }

    private static @Nullable BigDecimal decimal(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (!node.isNumber() || Math.abs((long) node.decimalValue().scale()) > 100) {
            throw Members.wrong("rowPercentage", node, "a number from 0 to 1");
        }
        return node.decimalValue();
    }

    private Answer list(Exchange exchange, EntityTargets.Finder finder) {
        Target target = finder.find(exchange, access.toRead(exchange));
        List<Predicate<Entry>> filters = new ArrayList<>();
        exchange.queries("filter_by").forEach(filter -> filters.add(filter(filter)));
        Set<String> names = names(exchange);
        ArrayNode items = Json.array();
        statistics.list(target, exchange.deadline()).stream()
                .filter(entry -> filters.stream().allMatch(filter -> filter.test(entry)))
                .sorted(order(exchange))
                .skip(PageQuery.offset(exchange))
                .limit(PageQuery.limit(exchange, 1_000))
                .forEach(entry -> items.add(document(entry, names)));
        return Answer.ok(items.isEmpty() ? Json.object().put("count", 0) : Members.list(items));
    }

    /** The client joins names by commas, or repeats the parameter. */
    private static Set<String> names(Exchange exchange) {
        Set<String> names = new java.util.HashSet<>();
        for (String value : exchange.queries("feature_names")) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip());
            }
        }
        return names;
    }

    private static ObjectNode document(Entry entry, Set<String> names) {
        ObjectNode json = (ObjectNode) Json.parse(entry.document().getBytes(StandardCharsets.UTF_8));
        if (!names.isEmpty() && json.get("featureDescriptiveStatistics") instanceof ArrayNode all) {
            ArrayNode wanted = Json.array();
            for (JsonNode one : all) {
                if (names.contains(one.path("featureName").asText())) {
                    wanted.add(one);
                }
            }
            json.set("featureDescriptiveStatistics", wanted);
        }
        return json;
    }

    private static Comparator<Entry> order(Exchange exchange) {
        String sort = exchange.query("sort_by");
        Comparator<Entry> byTime = Comparator.comparingLong(Entry::computedAtMillis);
        if (sort == null || sort.startsWith("computation_time")) {
            return sort != null && sort.endsWith(":asc") ? byTime : byTime.reversed();
        }
        Comparator<Entry> byWindow = Comparator.comparingLong(StatisticsRoutes::windowEnd);
        return (sort.endsWith(":asc") ? byWindow : byWindow.reversed()).thenComparing(byTime.reversed());
    }

    private static long windowEnd(Entry entry) {
        Long end = entry.windowEndMillis();
        return end == null ? Long.MIN_VALUE : end;
    }

    /** {@code <attribute>_<comparison>:<value>}. */
    private static Predicate<Entry> filter(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String value = text.substring(colon + 1);
        try {
            if (name.equals("before_transformation_eq")) {
                boolean wanted = value.equalsIgnoreCase("true");
                return entry -> {
                    Boolean before = entry.beforeTransformation();
                    return before != null && before == wanted;
                };
            }
            if (name.equals("row_percentage_eq")) {
                BigDecimal wanted = new BigDecimal(value);
                return entry -> new BigDecimal(entry.rowPercentage()).compareTo(wanted) == 0;
            }
            int cut = name.lastIndexOf('_');
            if (colon >= 0 && cut > 0) {
                return times(name.substring(0, cut), name.substring(cut + 1), Long.parseLong(value), text);
            }
        } catch (NumberFormatException e) {
            throw wrongFilter(text, e);
        }
        throw wrongFilter(text, null);
    }

    private static Predicate<Entry> times(String attribute, String comparison, long wanted, String text) {
        Function<Entry, @Nullable Long> value = switch (attribute) {
            case "computation_time" -> Entry::computedAtMillis;
            case "window_start_commit_time" -> Entry::windowStartMillis;
            case "window_end_commit_time" -> Entry::windowEndMillis;
            default -> throw wrongFilter(text, null);
        };
        Predicate<Long> matches = switch (comparison) {
            case "eq" -> found -> found == wanted;
            case "lt" -> found -> found < wanted;
            case "gt" -> found -> found > wanted;
            case "ltoeq" -> found -> found <= wanted;
            case "gtoeq" -> found -> found >= wanted;
            default -> throw wrongFilter(text, null);
        };
        return entry -> {
            Long found = value.apply(entry);
            return found != null && matches.test(found);
        };
    }

    private static FeatureStoreException wrongFilter(String text, @Nullable Throwable cause) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "filter_by: '" + Names.shorten(text)
                        + "' (expected: before_transformation_eq, row_percentage_eq, or computation_time,"
                        + " window_start_commit_time, window_end_commit_time with _eq, _lt, _gt, _ltoeq or _gtoeq,"
                        + " then ':' and a value)",
                cause);
    }
}
