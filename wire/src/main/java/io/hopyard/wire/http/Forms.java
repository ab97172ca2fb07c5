package io.hopyard.wire.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of the type {@code application/x-www-form-urlencoded}. */
public final class Forms {
    private Forms() {}

    /** The first value of a field, or null. */
    public static @Nullable String find(byte[] body, String field) {
        List<String> values =
                Target.query(new String(body, StandardCharsets.UTF_8)).get(field);
        return values == null ? null : values.getFirst();
    }
}
