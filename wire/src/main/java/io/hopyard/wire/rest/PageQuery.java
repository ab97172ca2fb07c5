package io.hopyard.wire.rest;

import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Exchange;

/** {@code offset} and {@code limit} of a list. */
final class PageQuery {
    private static final int LIMIT_MAX = 10_000;

    private PageQuery() {}

    static int offset(Exchange exchange) {
        return number(exchange, "offset", 0, Integer.MAX_VALUE);
    }

    static int limit(Exchange exchange, int ifAbsent) {
        return Math.min(LIMIT_MAX, number(exchange, "limit", ifAbsent, Integer.MAX_VALUE));
    }

    private static int number(Exchange exchange, String name, int ifAbsent, int max) {
        String text = exchange.query(name);
        if (text == null) {
            return ifAbsent;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, text, e);
        }
        throw wrong(name, text, null);
    }

    private static FeatureStoreException wrong(
            String name, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST, name + ": '" + Names.shorten(text) + "' (expected: a number >= 0)", cause);
    }
}
