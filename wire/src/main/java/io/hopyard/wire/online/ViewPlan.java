package io.hopyard.wire.online;

import io.hopyard.core.serving.VectorPlan;
import java.util.ArrayList;
import java.util.List;

/** A plan and the texts of its answers that never change. Immutable, thread safe. */
final class ViewPlan {
    private final VectorPlan plan;
    private final List<byte[]> metadata = new ArrayList<>();

    ViewPlan(VectorPlan plan) {
        this.plan = plan;
        for (int asked = 0; asked < 4; asked++) {
            metadata.add(describe(plan, new VectorRequest.Metadata((asked & 1) != 0, (asked & 2) != 0)));
        }
    }

    VectorPlan plan() {
        return plan;
    }

    /** The features' description as JSON; what was not asked for is null. */
    byte[] metadata(VectorRequest.Metadata asked) {
        return metadata.get((asked.name() ? 1 : 0) | (asked.type() ? 2 : 0));
    }

    private static byte[] describe(VectorPlan plan, VectorRequest.Metadata asked) {
        VectorJson json = new VectorJson(64 * plan.width() + 16);
        json.raw('[');
        for (int slot = 0; slot < plan.width(); slot++) {
            json.raw(VectorJson.ascii(slot == 0 ? "{\"featureName\":" : ",{\"featureName\":"));
            if (asked.name()) {
                json.string(plan.name(slot));
            } else {
                json.nothing();
            }
            json.raw(VectorJson.ascii(",\"featureType\":"));
            if (asked.type()) {
                json.string(plan.type(slot).text());
            } else {
                json.nothing();
            }
            json.raw('}');
        }
        json.raw(']');
        return json.toBytes();
    }
}
