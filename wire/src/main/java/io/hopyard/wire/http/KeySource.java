package io.hopyard.wire.http;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a door finds the API key of a request. Thread safe. */
@FunctionalInterface
public interface KeySource {
    /** {@code Authorization: ApiKey <key>}, or {@code X-API-KEY} for who cannot set the former. */
    KeySource AUTHORIZATION = headers -> {
        String header = headers.find("Authorization");
        if (header == null) {
            return headers.find("X-API-KEY");
        }
        String[] parts = header.strip().split("\\s+", 2);
        boolean apiKey = parts.length == 2 && parts[0].toLowerCase(Locale.ROOT).equals("apikey");
        return apiKey ? parts[1] : null;
    };

    /**
     * {@code X-API-KEY} as on the online API: an absent or misshapen key is a bad request there, only an unknown one is
     * unauthenticated.
     */
    KeySource X_API_KEY = new KeySource() {
        private static final Pattern SHAPE = Pattern.compile("[^.]{16}\\..+");

        @Override
        public String find(Headers headers) {
            String key = headers.find("X-API-KEY");
            if (key == null || key.isEmpty()) {
                throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, "the apikey is nil");
            }
            if (!SHAPE.matcher(key).matches()) {
                throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, "the apikey has an incorrect format");
            }
            return key;
        }
    };

    /** The headers of a request; names in any case. */
    @FunctionalInterface
    interface Headers {
        @Nullable
        String find(String name);
    }

    /** The key, or null when there is none; may refuse with a {@link FeatureStoreException} of its own. */
    @Nullable
    String find(Headers headers);
}
