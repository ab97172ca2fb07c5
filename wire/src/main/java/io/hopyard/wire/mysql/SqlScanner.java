package io.hopyard.wire.mysql;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a statement into tokens, directly from its bytes: text is UTF-8, but a {@code _binary} literal may hold anything.
 * Stands on one token at a time. Not thread safe.
 */
final class SqlScanner {
    private static final byte[] NOTHING = {};
    private static final int SHOWN_MAX = 40;

    private final byte[] sql;
    private final int end;
    private int position;
    private Kind kind = Kind.END;
    private int start;
    private String word = "";
    private byte[] content = NOTHING;

    /** What the current token is. */
    enum Kind {
        /** A name or key word without quotes. */
        WORD,
        /** A name in back quotes. */
        NAME,
        NUMBER,
        STRING,
        BINARY,
        SYMBOL,
        END
    }

    SqlScanner(byte[] sql, int from, int end) {
        this.sql = sql;
        this.end = end;
        this.position = from;
    }

    Kind kind() {
        return kind;
    }

    /** Where the current token begins. */
    int start() {
        return start;
    }

    /** Text of a word, name, number or symbol. */
    String word() {
        return word;
    }

    /** Bytes of a string or binary literal. */
    byte[] content() {
        return content;
    }

    boolean isWord(String upperCase) {
        return kind == Kind.WORD && word.equalsIgnoreCase(upperCase);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && word.equals(symbol);
    }

    boolean acceptWord(String upperCase) {
        if (!isWord(upperCase)) {
            return false;
        }
        next();
        return true;
    }

    boolean acceptSymbol(String symbol) {
        if (!isSymbol(symbol)) {
            return false;
        }
        next();
        return true;
    }

    void expectWord(String upperCase) {
        if (!acceptWord(upperCase)) {
            throw syntax(upperCase);
        }
    }

    void expectSymbol(String symbol) {
        if (!acceptSymbol(symbol)) {
            throw syntax("'" + symbol + "'");
        }
    }

    /** Moves to the next token. */
    void next() {
        skipBlanks();
        start = position;
        if (position >= end) {
            kind = Kind.END;
            word = "";
            return;
        }
        int first = sql[position];
        if (first == '`') {
            kind = Kind.NAME;
            word = text(quoted((byte) '`', false));
        } else if (first == '\'' || first == '"') {
            kind = Kind.STRING;
            content = quoted((byte) first, true);
        } else if (digit(first) || (first == '.' && position + 1 < end && digit(sql[position + 1]))) {
            number();
        } else if (wordByte(first)) {
            scanWord();
            if (kind == Kind.WORD && word.equalsIgnoreCase("_binary") && position < end && sql[position] == '\'') {
                kind = Kind.BINARY;
                content = quoted((byte) '\'', true);
            }
        } else {
            symbol(first);
        }
    }

    MysqlError syntax(String expected) {
        int shownEnd = Math.min(end, start + SHOWN_MAX);
        String near =
                start >= end ? "the end" : "'" + new String(sql, start, shownEnd - start, StandardCharsets.UTF_8) + "'";
        return new MysqlError(
                MysqlError.Kind.SYNTAX,
                "You have an error in your SQL syntax near " + near + " (expected: " + expected + ")");
    }

    private void word(int from) {
        kind = Kind.WORD;
        word = new String(sql, from, position - from, StandardCharsets.UTF_8);
    }

    private void scanWord() {
        int from = position;
        while (position < end && wordByte(sql[position])) {
            position++;
        }
        word(from);
    }

    private void number() {
        int from = position;
        while (position < end
                && (digit(sql[position])
                        || sql[position] == '.'
                        || exponent(sql[position])
                        || (sign(sql[position]) && exponent(sql[position - 1])))) {
            position++;
        }
        if (position < end && wordByte(sql[position])) {
            throw syntax("a number");
        }
        kind = Kind.NUMBER;
        word = new String(sql, from, position - from, StandardCharsets.US_ASCII);
    }

    /** The current number: Long when it is a whole one of 64 bits, else BigDecimal. */
    Object numberValue(boolean negative) {
        String text = negative ? "-" + word : word;
        try {
            if (text.length() < 19 && text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
                return Long.valueOf(text);
            }
            BigDecimal number = new BigDecimal(text);
            if (number.scale() == 0 && number.precision() <= 19) {
                return number.compareTo(BigDecimal.valueOf(number.longValue())) == 0 ? number.longValue() : number;
            }
            return number;
        } catch (NumberFormatException e) {
            throw syntax("a number");
        }
    }

    private void symbol(int first) {
        kind = Kind.SYMBOL;
        int length = 1;
        if (position + 1 < end) {
            int second = sql[position + 1];
            boolean two = (first == '<' && (second == '>' || second == '='))
                    || (first == '>' && second == '=')
                    || (first == '!' && second == '=')
                    || (first == '@' && second == '@');
            length = two ? 2 : 1;
        }
        word = new String(sql, position, length, StandardCharsets.ISO_8859_1);
        position += length;
    }

    /** What stands between the quotes; a doubled quote is one quote. */
    private byte[] quoted(byte quote, boolean backslashes) {
        int from = ++position;
        while (position < end && sql[position] != quote && !(backslashes && sql[position] == '\\')) {
            position++;
        }
        if (position < end && sql[position] == quote && (position + 1 >= end || sql[position + 1] != quote)) {
            return Arrays.copyOfRange(sql, from, position++);
        }
        position = from;
        return unescaped(quote, backslashes);
    }

    private byte[] unescaped(byte quote, boolean backslashes) {
        byte[] out = new byte[end - position];
        int length = 0;
        while (position < end) {
            byte next = sql[position++];
            if (next == quote) {
                if (position >= end || sql[position] != quote) {
                    return Arrays.copyOf(out, length);
                }
                position++;
            } else if (backslashes && next == '\\' && position < end) {
                next = unescape(sql[position++]);
            }
            out[length++] = next;
        }
        throw syntax("a closing " + (char) quote);
    }

    private static byte unescape(byte escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case '0' -> 0;
            case 'Z' -> 0x1A;
            default -> escaped;
        };
    }

    /** The bytes as text. */
    String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw syntax("text in UTF-8");
        }
    }

    private void skipBlanks() {
        while (position < end && sql[position] <= ' ' && sql[position] >= 0) {
            position++;
        }
    }

    private static boolean digit(int value) {
        return value >= '0' && value <= '9';
    }

    private static boolean exponent(int value) {
        return value == 'e' || value == 'E';
    }

    private static boolean sign(int value) {
        return value == '+' || value == '-';
    }

    private static boolean wordByte(int value) {
        return value < 0
                || (value >= 'a' && value <= 'z')
                || (value >= 'A' && value <= 'Z')
                || digit(value)
                || value == '_'
                || value == '$';
    }
}
