package io.hopyard.core.access;

import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Spares decoding a row again that has not changed. It answers nothing by itself: whoever asks brings the row as it is
 * now. Thread safe.
 */
final class RowMemo<T> {
    private static final int ROWS_MAX = 20_000;

    private final Function<Row, T> decode;
    private final ConcurrentMap<RowKey, Decoded<T>> decoded = new ConcurrentHashMap<>();

    private record Decoded<T>(long version, T value) {}

    RowMemo(Function<Row, T> decode) {
        this.decode = decode;
    }

    T of(Row row) {
        Decoded<T> there = decoded.get(row.key());
        if (there != null && there.version() == row.version()) {
            return there.value();
        }
        T value = decode.apply(row);
        if (decoded.size() >= ROWS_MAX) {
            decoded.clear();
        }
        decoded.put(row.key(), new Decoded<>(row.version(), value));
        return value;
    }
}
