package io.hopyard.wire.online;

import io.hopyard.core.access.Caller;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.serving.ServingView;
import io.hopyard.core.serving.VectorBatch;
import io.hopyard.core.serving.VectorFault;
import io.hopyard.core.serving.VectorPlan;
import io.hopyard.core.serving.Vectors;
import io.hopyard.core.time.Deadline;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers {@code feature_store} and {@code batch_feature_store}. Thread safe. */
final class VectorReads {
    private static final byte[] FEATURES = VectorJson.ascii("{\"features\":");
    private static final byte[] METADATA = VectorJson.ascii(",\"metadata\":");
    private static final byte[] STATUS = VectorJson.ascii(",\"status\":");
    private static final byte[] DETAILED = VectorJson.ascii(",\"detailedStatus\":");
    private static final byte[] NO_METADATA = VectorJson.ascii("[]");
    private static final byte[] GROUP_ID = VectorJson.ascii("{\"featureGroupId\":");
    private static final byte[] HTTP_STATUS = VectorJson.ascii(",\"httpStatus\":");
    private static final byte[] COMPLETE = VectorJson.ascii("\"COMPLETE\"");
    private static final byte[] MISSING = VectorJson.ascii("\"MISSING\"");
    private static final byte[] ERROR = VectorJson.ascii("\"ERROR\"");
    private static final int BYTES_PER_VALUE = 16;

    private final ServingCatalog catalog;
    private final OnlineRows rows;
    private final Rights rights;
    private final ViewPlans plans;
    private final OnlineSettings settings;

    VectorReads(ServingCatalog catalog, OnlineRows rows, Rights rights, OnlineSettings settings) {
        this.catalog = catalog;
        this.rows = rows;
        this.rights = rights;
        this.settings = settings;
        this.plans = new ViewPlans(settings.plansMax());
    }

    Answer single(Exchange exchange) {
        VectorRequest request = VectorRequest.single(exchange.body());
        ViewPlan view = plan(exchange.caller(), request, exchange.deadline());
        VectorBatch batch = batch(view, request);
        VectorFault fault = batch.fault(0);
        if (fault != null) {
            throw Refused.fault(fault);
        }
        Vectors vectors = read(batch, exchange.deadline());
        byte[] metadata = request.metadata().any() ? view.metadata(request.metadata()) : NO_METADATA;
        VectorJson json = new VectorJson(
                256 + metadata.length + BYTES_PER_VALUE * view.plan().width());
        json.raw(FEATURES);
        try {
            features(json, vectors, 0, view.plan().width());
        } catch (IllegalArgumentException e) {
            throw Refused.fault(new VectorFault(VectorFault.Kind.COMPLEX_UNREADABLE, String.valueOf(e.getMessage())));
        }
        json.raw(METADATA);
        json.raw(metadata);
        json.raw(STATUS);
        json.raw(text(vectors.status(0)));
        json.raw(DETAILED);
        if (request.options().detailedStatus()) {
            detailed(json, vectors, 0);
        } else {
            json.nothing();
        }
        json.raw('}');
        return Answer.bytes("application/json", json.toBytes());
    }

    Answer batch(Exchange exchange) {
        VectorRequest request = VectorRequest.batch(exchange.body(), settings.batchMax());
        ViewPlan view = plan(exchange.caller(), request, exchange.deadline());
        VectorBatch batch = batch(view, request);
        Vectors vectors = read(batch, exchange.deadline());
        byte[] metadata = view.metadata(request.metadata());
        int width = view.plan().width();
        int size = vectors.size();
        VectorJson json =
                new VectorJson(256 + metadata.length + (BYTES_PER_VALUE * width + 64) * Math.min(size, 1_000));
        Vectors.Status[] statuses = new Vectors.Status[size];
        json.raw(FEATURES);
        json.raw('[');
        for (int entry = 0; entry < size; entry++) {
            if (entry > 0) {
                json.raw(',');
            }
            statuses[entry] = vectors.status(entry);
            if (statuses[entry] == Vectors.Status.ERROR || !tryFeatures(json, vectors, entry, width)) {
                statuses[entry] = Vectors.Status.ERROR;
                json.nothing();
            }
        }
        json.raw(']');
        json.raw(METADATA);
        json.raw(metadata);
        json.raw(STATUS);
        json.raw('[');
        for (int entry = 0; entry < size; entry++) {
            if (entry > 0) {
                json.raw(',');
            }
            json.raw(text(statuses[entry]));
        }
        json.raw(']');
        json.raw(DETAILED);
        if (request.options().detailedStatus()) {
            detailedOfAll(json, batch, vectors);
        } else {
            json.nothing();
        }
        json.raw('}');
        return Answer.bytes("application/json", json.toBytes());
    }

    /** Rights come before anything that tells whether the view exists. */
    private ViewPlan plan(Caller caller, VectorRequest request, Deadline deadline) {
        Long projectId = catalog.projectId(request.store(), deadline);
        if (projectId == null) {
            throw Refused.fault(new VectorFault(
                    VectorFault.Kind.STORE_UNKNOWN, "Feature store `" + request.store() + "` does not exist."));
        }
        rights.check(caller, projectId, request.store(), deadline);
        ServingCatalog.Lookup lookup = catalog.view(request.store(), request.view(), request.version(), deadline);
        ViewPlan view = switch (lookup) {
            case ServingCatalog.Lookup.Found found -> plans.of(found.view());
            case ServingCatalog.Lookup.NoStore() -> throw unknown(VectorFault.Kind.STORE_UNKNOWN, request);
            case ServingCatalog.Lookup.NoView() -> throw unknown(VectorFault.Kind.VIEW_UNKNOWN, request);
            case ServingCatalog.Lookup.NoGroup() -> throw unknown(VectorFault.Kind.GROUP_UNKNOWN, request);
        };
        for (long constituent : view.plan().projectIds()) {
            if (constituent != projectId) {
                rights.check(caller, constituent, databaseOf(view.plan().view(), constituent), deadline);
            }
        }
        return view;
    }

    private static String databaseOf(ServingView view, long projectId) {
        return view.projectId() == projectId
                ? view.database()
                : "project " + projectId + ", from which feature view " + view.name() + " takes features";
    }

    private static Refused unknown(VectorFault.Kind kind, VectorRequest request) {
        return Refused.fault(new VectorFault(
                kind,
                "feature view `" + request.view() + "` version " + request.version() + " of feature store `"
                        + request.store() + "`"));
    }

    private static VectorBatch batch(ViewPlan view, VectorRequest request) {
        VectorPlan plan = view.plan();
        VectorBatch batch = plan.plan(request.entries(), request.options().check());
        VectorFault fault = batch.fault();
        if (fault != null) {
            throw Refused.fault(fault);
        }
        return batch;
    }

    private Vectors read(VectorBatch batch, Deadline deadline) {
        List<OnlineRows.TableRead> reads = batch.reads();
        List<@Nullable OnlineRow> found = reads.isEmpty() ? List.of() : rows.read(reads, deadline);
        return batch.assemble(found);
    }

    private static void features(VectorJson json, Vectors vectors, int entry, int width) {
        json.raw('[');
        for (int slot = 0; slot < width; slot++) {
            if (slot > 0) {
                json.raw(',');
            }
            vectors.send(entry, slot, json);
        }
        json.raw(']');
    }

    /** False, and nothing written, when a complex feature cannot be decoded. */
    private static boolean tryFeatures(VectorJson json, Vectors vectors, int entry, int width) {
        int before = json.size();
        try {
            features(json, vectors, entry, width);
            return true;
        } catch (IllegalArgumentException e) {
            json.cutTo(before);
            return false;
        }
    }

    private static void detailedOfAll(VectorJson json, VectorBatch batch, Vectors vectors) {
        json.raw('[');
        for (int entry = 0; entry < vectors.size(); entry++) {
            if (entry > 0) {
                json.raw(',');
            }
            if (batch.fault(entry) == null) {
                detailed(json, vectors, entry);
            } else {
                json.nothing();
            }
        }
        json.raw(']');
    }

    private static void detailed(VectorJson json, Vectors vectors, int entry) {
        json.raw('[');
        for (int group = 0; group < vectors.groups(); group++) {
            if (group > 0) {
                json.raw(',');
            }
            json.raw(GROUP_ID);
            json.integer(vectors.featureGroupId(group));
            json.raw(HTTP_STATUS);
            json.integer(vectors.httpStatus(entry, group));
            json.raw('}');
        }
        json.raw(']');
    }

    private static byte[] text(Vectors.Status status) {
        return switch (status) {
            case COMPLETE -> COMPLETE;
            case MISSING -> MISSING;
            case ERROR -> ERROR;
        };
    }
}
