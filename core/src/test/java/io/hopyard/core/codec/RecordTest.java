package io.hopyard.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 63, 64, -64, -65, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE})
    void numberComesBack(long value) {
        byte[] bytes = new RecordWriter(1).put(5, value).toBytes();
        assertThat(RecordReader.of(bytes, 1).number(5)).isEqualTo(value);
    }

    @Test
    void everyKindOfFieldComesBack() {
        byte[] nested = new RecordWriter(1).put(1, 7).toBytes();
        byte[] bytes = new RecordWriter(3)
                .put(1, "größe 🙂")
                .put(2, new byte[] {0, -1})
                .put(3, true)
                .put(4, false)
                .putStrings(5, List.of("a", "", "b"))
                .putNumbers(6, List.of(3L, -3L))
                .putRecords(7, List.of(nested, nested))
                .toBytes();
        RecordReader record = RecordReader.of(bytes, 3);
        assertThat(record.formatVersion()).isEqualTo(3);
        assertThat(record.string(1)).isEqualTo("größe 🙂");
        assertThat(record.bytes(2)).containsExactly(0, -1);
        assertThat(record.flag(3)).isTrue();
        assertThat(record.flag(4)).isFalse();
        assertThat(record.strings(5)).containsExactly("a", "", "b");
        assertThat(record.numbers(6)).containsExactly(3L, -3L);
        assertThat(record.records(7)).containsExactly(nested, nested);
    }

    @Test
    void absentIsNotWritten() {
        byte[] bytes = new RecordWriter(1)
                .put(1, (String) null)
                .put(2, (Long) null)
                .put(3, (byte[]) null)
                .toBytes();
        RecordReader record = RecordReader.of(bytes, 1);
        assertThat(bytes).hasSize(1);
        assertThat(record.has(1)).isFalse();
        assertThat(record.findString(1)).isNull();
        assertThat(record.findNumber(2)).isNull();
        assertThat(record.findBytes(3)).isNull();
        assertThat(record.number(2, 42)).isEqualTo(42);
        assertThatThrownBy(() -> record.number(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stored record: field 2 is missing");
    }

    /** Golden: these bytes are on disks. */
    @Test
    void layoutStays() {
        byte[] bytes = new RecordWriter(1).put(1, 300).put(2, "ab").put(40, -1).toBytes();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01" + "02d804" + "05026162" + "5001");
    }

    @Test
    void fieldsOfANewerReleaseArePassedOver() {
        byte[] bytes = new RecordWriter(1).put(99, "new").put(1, 5).put(98, 7).toBytes();
        assertThat(RecordReader.of(bytes, 1).number(1)).isEqualTo(5);
    }

    @Test
    void newerFormatIsRefused() {
        byte[] bytes = new RecordWriter(3).toBytes();
        assertThatThrownBy(() -> RecordReader.of(bytes, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format version of a stored record: 3 (expected: 1 to 2)");
    }

    /** Cut or changed bytes are read or refused, never an error of another kind. */
    @Test
    void damagedBytesAreRefusedClearly() {
        byte[] whole = new RecordWriter(1)
                .put(1, "some text")
                .put(2, Long.MAX_VALUE)
                .put(3, "more".getBytes(StandardCharsets.UTF_8))
                .toBytes();
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                RecordReader.of(damaged, 1);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("record");
            }
        }
    }
}
