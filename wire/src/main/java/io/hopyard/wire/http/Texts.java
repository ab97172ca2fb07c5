package io.hopyard.wire.http;

/** Shows a value of the caller in a message: shortened, without control characters. */
public final class Texts {
    private static final int SHOWN_MAX = 100;

    private Texts() {}

    public static String shown(String value) {
        StringBuilder out = new StringBuilder(Math.min(value.length(), SHOWN_MAX) + 4);
        int length = 0;
        for (int at = 0; at < value.length() && length < SHOWN_MAX; length++) {
            int point = value.codePointAt(at);
            out.appendCodePoint(Character.isISOControl(point) || isSurrogate(point) ? '?' : point);
            at += Character.charCount(point);
        }
        if (out.length() < value.length()) {
            out.append("...");
        }
        return out.toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
