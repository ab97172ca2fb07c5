package io.hopyard.wire.rest;

import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.Links;
import io.hopyard.core.view.FeatureView;
import io.hopyard.core.view.FeatureViews;
import io.hopyard.wire.http.Exchange;

/** The feature views that read from a group. Thread safe. */
final class GroupUse {
    private final StoreAccess access;
    private final Links links;
    private final FeatureViews views;

    GroupUse(StoreAccess access, Links links, FeatureViews views) {
        this.access = access;
        this.links = links;
        this.views = views;
    }

    /** Deletes them all; refused before anything is deleted when one lies where the caller may not write. */
    void deleteViews(Exchange exchange, FeatureGroup group) {
        var found = links.views(group.reference(), exchange.deadline());
        found.forEach(link -> access.toWrite(exchange, link.projectId()));
        for (Links.ViewLink link : found) {
            FeatureView view = views.find(link.projectId(), link.name(), link.version(), exchange.deadline());
            if (view != null) {
                views.delete(view, exchange.deadline());
            }
        }
    }
}
