package io.hopyard.core.feature;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Recursive descent over the type notation; nesting is bounded. */
final class FeatureTypeParser {
    private static final int DEPTH_MAX = 16;
    private static final int LENGTH_MAX = 8192;

    private final String text;
    private int position;

    private FeatureTypeParser(String text) {
        this.text = text;
    }

    static FeatureType parse(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "type of " + text.length() + " characters (expected: at most " + LENGTH_MAX + ")");
        }
        FeatureTypeParser parser = new FeatureTypeParser(text);
        FeatureType type = parser.type(0);
        parser.skipBlanks();
        if (parser.position < text.length()) {
            throw parser.wrong("the end of the type");
        }
        return type;
    }

    private FeatureType type(int depth) {
        if (depth > DEPTH_MAX) {
            throw wrong("at most " + DEPTH_MAX + " nested types");
        }
        int start = position;
        String word = word().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "array" -> array(depth);
            case "map" -> map(depth);
            case "struct" -> struct(depth);
            case "decimal" -> decimal();
            case "varchar", "char" -> sizedString();
            case "integer" -> FeatureType.Simple.INT;
            default -> simple(word, start);
        };
    }

    private FeatureType simple(String word, int start) {
        for (FeatureType.Simple simple : FeatureType.Simple.values()) {
            if (simple.text().equals(word)) {
                return simple;
            }
        }
        position = start;
        throw wrong("boolean, tinyint, smallint, int, bigint, float, double, decimal(p,s), string, date,"
                + " timestamp, binary, array<T>, map<string,T> or struct<name:T,..>");
    }

    private FeatureType array(int depth) {
        expect('<');
        FeatureType element = type(depth + 1);
        expect('>');
        return new FeatureType.Array(element);
    }

    private FeatureType map(int depth) {
        expect('<');
        int keyStart = position;
        if (type(depth + 1) != FeatureType.Simple.STRING) {
            position = keyStart;
            throw wrong("string as the key type of a map");
        }
        expect(',');
        FeatureType value = type(depth + 1);
        expect('>');
        return new FeatureType.MapOf(value);
    }

    /** The online notation of strings, {@code varchar(n)}. */
    private FeatureType sizedString() {
        if (accept('(')) {
            number();
            expect(')');
        }
        return FeatureType.Simple.STRING;
    }

    private FeatureType struct(int depth) {
        expect('<');
        List<FeatureType.Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        do {
            String name = word();
            if (!names.add(name)) {
                throw wrong("different names of struct members, '" + name + "' comes twice");
            }
            expect(':');
            members.add(new FeatureType.Member(name, type(depth + 1)));
        } while (accept(','));
        expect('>');
        return new FeatureType.Struct(members);
    }

    private FeatureType decimal() {
        if (peek() != '(') {
            return new FeatureType.Decimal(10, 0);
        }
        expect('(');
        int precision = number();
        int scale = accept(',') ? number() : 0;
        expect(')');
        return new FeatureType.Decimal(precision, scale);
    }

    private String word() {
        skipBlanks();
        int start = position;
        while (position < text.length()
                && (Character.isLetterOrDigit(text.charAt(position)) || text.charAt(position) == '_')) {
            position++;
        }
        if (position == start) {
            throw wrong("a name");
        }
        return text.substring(start, position);
    }

    private int number() {
        skipBlanks();
        int start = position;
        while (position < text.length()
                && position - start < 9
                && text.charAt(position) >= '0'
                && text.charAt(position) <= '9') {
            position++;
        }
        if (position == start) {
            throw wrong("a number");
        }
        return Integer.parseInt(text, start, position, 10);
    }

    private char peek() {
        skipBlanks();
        return position < text.length() ? text.charAt(position) : '\0';
    }

    private boolean accept(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw wrong("'" + wanted + "'");
        }
    }

    private void skipBlanks() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "type '" + text + "', at character " + (position + 1) + " (expected: " + expected + ")");
    }
}
