package io.hopyard.wire.http;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes apart the target of a request: every path segment is decoded by itself, so that an encoded slash stays inside. */
final class Target {
    private static final int PARAMETERS_MAX = 1_000;

    private Target() {}

    /** Decoded segments; one slash at the end is ignored. */
    static List<String> segments(String rawPath) {
        String path = rawPath.startsWith("/") ? rawPath.substring(1) : rawPath;
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        List<String> segments = new ArrayList<>();
        for (String raw : path.split("/", -1)) {
            segments.add(decode(raw, "path", false));
        }
        return segments;
    }

    static Map<String, List<String>> query(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        String[] parts = rawQuery.split("&", PARAMETERS_MAX + 1);
        if (parts.length > PARAMETERS_MAX) {
            throw refused(
                    "query: more than " + PARAMETERS_MAX + " parameters (expected: at most " + PARAMETERS_MAX + ")");
        }
        for (String part : parts) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = decode(equals < 0 ? part : part.substring(0, equals), "query", true);
            String value = equals < 0 ? "" : decode(part.substring(equals + 1), "query", true);
            parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        }
        return parameters;
    }

    static String decode(String raw, String where, boolean plusIsBlank) {
        if (isPlain(raw, plusIsBlank)) {
            return raw;
        }
        byte[] in = raw.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int at = 0; at < in.length; at++) {
            byte next = in[at];
            if (next == '%') {
                int high = at + 2 < in.length ? Character.digit(in[at + 1], 16) : -1;
                int low = at + 2 < in.length ? Character.digit(in[at + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw refused(where + ": a percent sign that is not followed by two hexadecimal digits");
                }
                next = (byte) (high << 4 | low);
                at += 2;
            } else if (plusIsBlank && next == '+') {
                next = ' ';
            }
            if ((next >= 0 && next < 0x20) || next == 0x7F) {
                throw refused(where + ": a control character");
            }
            out[length++] = next;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(out, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, where + ": encoded bytes that are no UTF-8", e);
        }
    }

    private static boolean isPlain(String raw, boolean plusIsBlank) {
        for (int at = 0; at < raw.length(); at++) {
            char next = raw.charAt(at);
            if (next == '%' || (plusIsBlank && next == '+') || next < 0x20 || next >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static FeatureStoreException refused(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_REQUEST, message);
    }
}
