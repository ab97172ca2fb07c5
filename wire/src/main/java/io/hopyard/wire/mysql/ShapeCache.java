package io.hopyard.wire.mysql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of statements by their text before {@code WHERE}, which is constant for a feature view. Bounded; thread safe.
 */
final class ShapeCache {
    private static final byte[] WHERE = " WHERE ".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX_BYTES_MAX = 64 << 10;

    private final Map<ByteBuffer, Sql.Shape> shapes = new ConcurrentHashMap<>();
    private final int shapesMax;

    ShapeCache(int shapesMax) {
        this.shapesMax = shapesMax;
    }

    /** Where a {@code WHERE} begins that is not inside quotes; -1 when there is none. */
    int find(byte[] sql) {
        byte quote = 0;
        int last = Math.min(sql.length - WHERE.length, PREFIX_BYTES_MAX);
        for (int at = 0; at <= last; at++) {
            byte next = sql[at];
            if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else if (next == '`') {
                quote = next;
            } else if (next == '\'' || next == '"') {
                return -1; // a literal before the condition: not one of ours
            } else if (next == ' ' && isWhere(sql, at)) {
                return at + 1;
            }
        }
        return -1;
    }

    Sql.@Nullable Shape get(byte[] sql, int where) {
        return shapes.get(ByteBuffer.wrap(sql, 0, where));
    }

    /** Keeps a shape when its statement goes on with a condition. */
    void put(byte[] sql, int end, Sql.Shape shape) {
        if (find(sql) != end) {
            return;
        }
        if (shapes.size() >= shapesMax) {
            shapes.clear(); // parsing one again costs microseconds
        }
        shapes.put(ByteBuffer.wrap(Arrays.copyOf(sql, end)), shape);
    }

    private static boolean isWhere(byte[] sql, int at) {
        for (int index = 0; index < WHERE.length; index++) {
            byte next = sql[at + index];
            byte upper = next >= 'a' && next <= 'z' ? (byte) (next - 32) : next;
            if (upper != WHERE[index]) {
                return false;
            }
        }
        return true;
    }
}
