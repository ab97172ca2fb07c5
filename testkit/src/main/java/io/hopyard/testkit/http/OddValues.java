package io.hopyard.testkit.http;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that programs trip over, from a seeded source. */
final class OddValues {
    private static final List<String> TEXTS = List.of(
            "0",
            "-1",
            "1",
            "007",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "1e309",
            "NaN",
            "null",
            "true",
            "False",
            "",
            " ",
            ".",
            "..",
            "../../etc/passwd",
            "/Projects/x/../../y",
            "a/b/c",
            "%",
            "%2F",
            "%00",
            "x' OR '1'='1",
            "\"",
            "\\",
            "<script>",
            "${jndi:ldap://x}",
            "\u0000",
            "\n\r\t",
            "\u007f\u0085",
            "ä",
            "\u202e\u200b",
            "\uFEFFx",
            "\uD83D\uDE00",
            "e\u0301",
            "İ",
            "ß",
            ";a=b",
            "a;b",
            "?",
            "#",
            "&",
            "=",
            "+",
            "*",
            "{x}",
            "[]",
            "a__b",
            "DATA OWNER",
            "2026-13-45T99:99:99Z",
            "99999999999999-01-01T00:00:00Z");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-1",
            "1.5",
            "1e5",
            "1e400",
            "-1E-400",
            "2147483648",
            "9223372036854775808",
            "-9223372036854775809",
            "123456789012345678901234567890123456789012345678901234567890",
            "0.1000000000000000055511151231257827021181583404541015625",
            "1e999999999",
            "-1e-999999999");
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*+\"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null|[{}\\[\\],:]");
    private static final int DEPTH_MAX = 4;

    private final Random random;

    OddValues(Random random) {
        this.random = random;
    }

    boolean even() {
        return random.nextInt(2) == 0;
    }

    boolean sometimes() {
        return random.nextInt(4) == 0;
    }

    boolean rarely() {
        return random.nextInt(12) == 0;
    }

    boolean hardlyEver() {
        return random.nextInt(60) == 0;
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    String text() {
        return switch (random.nextInt(6)) {
            case 0 -> pick(TEXTS).repeat(1 + random.nextInt(3));
            case 1 -> "x".repeat(random.nextInt(3_000));
            case 2 -> points(random.nextInt(20));
            case 3 -> Long.toString(random.nextLong());
            default -> pick(TEXTS);
        };
    }

    /** Whole code points from everywhere, lone surrogates left out. */
    private String points(int count) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < count; index++) {
            int point = random.nextInt(Character.MAX_CODE_POINT + 1);
            boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            text.appendCodePoint(surrogate ? 'x' : point);
        }
        return text.toString();
    }

    /** Percent-encoded, now and then with bytes that are no UTF-8. */
    String encoded(String text) {
        String encoded = DoorClient.encode(text);
        return hardlyEver() ? encoded + "%C3%28%FF" : encoded;
    }

    String headerValue() {
        return text().replaceAll("[^\\x20-\\x7e]", "?").strip();
    }

    byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    String json(int depth) {
        int kind = random.nextInt(depth < DEPTH_MAX ? 9 : 6);
        return switch (kind) {
            case 0 -> "null";
            case 1 -> even() ? "true" : "false";
            case 2 -> pick(NUMBERS);
            case 3, 4 -> quoted(text());
            case 5 -> "[".repeat(70) + "]".repeat(70);
            case 6 -> array(depth);
            default -> object(depth);
        };
    }

    private String array(int depth) {
        StringBuilder array = new StringBuilder("[");
        for (int index = random.nextInt(4); index > 0; index--) {
            array.append(json(depth + 1)).append(index > 1 ? "," : "");
        }
        return array.append(']').toString();
    }

    private String object(int depth) {
        StringBuilder object = new StringBuilder("{");
        for (int index = random.nextInt(4); index > 0; index--) {
            object.append(quoted(text())).append(':').append(json(depth + 1)).append(index > 1 ? "," : "");
        }
        return object.append('}').toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '"' || next == '\\') {
                quoted.append('\\').append(next);
            } else if (next < 0x20) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
            } else {
                quoted.append(next);
            }
        }
        return quoted.append('"').toString();
    }

    /** A good document with one to three tokens replaced, removed, doubled or cut off. */
    String mutated(String good) {
        String document = good;
        for (int change = random.nextInt(3); change >= 0; change--) {
            document = mutatedOnce(document);
        }
        return document;
    }

    private String mutatedOnce(String document) {
        List<int[]> tokens = TOKEN.matcher(document)
                .results()
                .map(token -> new int[] {token.start(), token.end()})
                .toList();
        if (tokens.isEmpty()) {
            return document;
        }
        int[] token = pick(tokens);
        String before = document.substring(0, token[0]);
        String there = document.substring(token[0], token[1]);
        String after = document.substring(token[1]);
        boolean value = !there.matches("[{}\\[\\],:]");
        return switch (random.nextInt(8)) {
            case 0 -> before + after;
            case 1 -> before + there + there + after;
            case 2 -> before;
            case 3 -> document + json(DEPTH_MAX);
            case 4 -> even() ? removedMember(document) : before + there + after;
            default -> value ? before + json(2) + after : before + there + after;
        };
    }

    /** Without one member of an object, so that something required is missing. */
    private String removedMember(String document) {
        Matcher member = Pattern.compile("\"[^\"]*\":(?:\"[^\"]*\"|[0-9.]+|true|false|null),?")
                .matcher(document);
        List<int[]> members = member.results()
                .map(found -> new int[] {found.start(), found.end()})
                .toList();
        if (members.isEmpty()) {
            return document;
        }
        int[] gone = pick(members);
        return document.substring(0, gone[0]) + document.substring(gone[1]);
    }
}
