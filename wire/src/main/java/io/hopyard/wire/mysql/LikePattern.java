package io.hopyard.wire.mysql;

/** SQL's LIKE: {@code %} is any text, {@code _} any character, a backslash takes away their meaning; case counts. */
final class LikePattern {
    private LikePattern() {}

    static boolean matches(String pattern, String text) {
        int inPattern = 0;
        int inText = 0;
        int afterPercent = -1;
        int retry = 0;
        while (inText < text.length()) {
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == '%') {
                afterPercent = ++inPattern;
                retry = inText;
                continue;
            }
            int step = step(pattern, inPattern, text, inText);
            if (step > 0) {
                inPattern += step;
                inText += pattern.charAt(inPattern - 1) == '_' && step == 1 ? wide(text, inText) : 1;
                continue;
            }
            if (afterPercent < 0) {
                return false;
            }
            inPattern = afterPercent;
            inText = ++retry;
        }
        while (inPattern < pattern.length() && pattern.charAt(inPattern) == '%') {
            inPattern++;
        }
        return inPattern == pattern.length();
    }

    /** Units of the pattern that match here, 0 = none. */
    private static int step(String pattern, int inPattern, String text, int inText) {
        if (inPattern >= pattern.length()) {
            return 0;
        }
        char wanted = pattern.charAt(inPattern);
        if (wanted == '\\' && inPattern + 1 < pattern.length()) {
            return pattern.charAt(inPattern + 1) == text.charAt(inText) ? 2 : 0;
        }
        return wanted == '_' || wanted == text.charAt(inText) ? 1 : 0;
    }

    private static int wide(String text, int at) {
        return Character.charCount(text.codePointAt(at));
    }
}
