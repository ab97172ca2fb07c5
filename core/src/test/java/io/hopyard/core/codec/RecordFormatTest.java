package io.hopyard.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
    private static byte[] sample() {
        return new RecordWriter(3)
                .put(1, 300L)
                .put(2, "añ")
                .put(3, true)
                .put(4, (String) null)
                .put(5, new byte[] {1, 2})
                .putNumbers(6, List.of(-1L, 0L, 1L))
                .putStrings(7, List.of("", "x"))
                .put(100, Long.MIN_VALUE)
                .toBytes();
    }

    @Test
    void theBytesAreTheseForEver() {
        assertThat(HexFormat.of().formatHex(sample()))
                .isEqualTo("03" + "02d804" + "050361c3b1" + "0602" + "0b020102" + "0c01" + "0c00" + "0c02" + "0f00"
                        + "0f0178" + "c801ffffffffffffffffff01");
    }

    @Test
    void whatWasWrittenIsReadBack() {
        RecordReader reader = RecordReader.of(sample(), 3);
        assertThat(reader.formatVersion()).isEqualTo(3);
        assertThat(reader.number(1)).isEqualTo(300);
        assertThat(reader.string(2)).isEqualTo("añ");
        assertThat(reader.flag(3)).isTrue();
        assertThat(reader.flag(99)).isFalse();
        assertThat(reader.has(4)).isFalse();
        assertThat(reader.findString(4)).isNull();
        assertThat(reader.findNumber(4)).isNull();
        assertThat(reader.findBytes(4)).isNull();
        assertThat(reader.number(4, 7)).isEqualTo(7);
        assertThat(reader.bytes(5)).containsExactly(1, 2);
        assertThat(reader.numbers(6)).containsExactly(-1L, 0L, 1L);
        assertThat(reader.strings(7)).containsExactly("", "x");
        assertThat(reader.strings(8)).isEmpty();
        assertThat(reader.number(100)).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 63, 64, -64, -65, 127, 128, 1L << 31, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE})
    void everyNumberSurvives(long number) {
        assertThat(RecordReader.of(new RecordWriter(1).put(9, number).toBytes(), 1)
                        .number(9))
                .isEqualTo(number);
    }

    @Test
    void aNewerFormatAndAnEmptyRecordAreRefused() {
        assertThatThrownBy(() -> RecordReader.of(sample(), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format version of a stored record: 3 (expected: 1 to 2)");
        assertThatThrownBy(() -> RecordReader.of(new byte[0], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> new RecordWriter(128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format version: 128 (expected: 1 to 127)");
        assertThatThrownBy(() -> RecordReader.of(sample(), 3).number(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stored record: field 4 is missing");
    }

    @Test
    void cutAndGarbledRecordsAreRefusedOrReadButNeverBreakTheReader() {
        byte[] sample = sample();
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(sample, random.nextInt(sample.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(RecordReader.of(bytes, 3).formatVersion()).isBetween(1, 3);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("stored record");
            }
        }
    }
}
