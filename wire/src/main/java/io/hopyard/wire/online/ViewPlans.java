package io.hopyard.wire.online;

import io.hopyard.core.serving.ServingView;
import io.hopyard.core.serving.VectorFault;
import io.hopyard.core.serving.VectorPlan;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans of views, kept as long as the catalogue answers with the same view: what it notices, is noticed here at once.
 * Thread safe.
 */
final class ViewPlans {
    private static final Logger LOG = LoggerFactory.getLogger(ViewPlans.class);

    private final Map<Name, ViewPlan> plans = new ConcurrentHashMap<>();
    private final int plansMax;

    private record Name(long projectId, String view, int version) {}

    ViewPlans(int plansMax) {
        this.plansMax = plansMax;
    }

    ViewPlan of(ServingView view) {
        Name name = new Name(view.projectId(), view.name(), view.version());
        ViewPlan plan = plans.get(name);
        return plan != null && isOf(plan, view) ? plan : build(name, view);
    }

    /** The catalogue's cache hands out one object per state of a view, so identity tells a change. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isOf(ViewPlan plan, ServingView view) {
        return plan.plan().view() == view;
    }

    private ViewPlan build(Name name, ServingView view) {
        ViewPlan plan;
        try {
            plan = new ViewPlan(VectorPlan.of(view));
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("view", view.name())
                    .addKeyValue("version", view.version())
                    .setCause(e)
                    .log("Feature view cannot be served");
            throw Refused.fault(new VectorFault(VectorFault.Kind.VIEW_UNREADABLE, String.valueOf(e.getMessage())));
        }
        if (plans.size() >= plansMax) {
            plans.clear(); // rebuilding one costs microseconds
        }
        plans.put(name, plan);
        return plan;
    }
}
