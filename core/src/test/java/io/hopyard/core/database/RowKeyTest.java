package io.hopyard.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowKeyTest {
    @Test
    void theOrderIsThatOfUnsignedUtf8Bytes() {
        Random random = new Random(2);
        int[] points = {'0', 'a', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF};
        for (int round = 0; round < 20_000; round++) {
            String one = word(random, points);
            String other = word(random, points);
            int expected = Arrays.compareUnsigned(
                    one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(new RowKey("t", "g", one).compareTo(new RowKey("t", "g", other))))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(expected));
        }
    }

    private static String word(Random random, int[] points) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(4); length > 0; length--) {
            word.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return word.toString();
    }

    @Test
    void whatHasNoPlaceInAKeyIsRefused() {
        assertThatThrownBy(() -> new RowKey("", "g", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table of a row key: 0 characters (expected: 1 to 64)");
        assertThatThrownBy(() -> new RowKey("t", "g", "x".repeat(1_025)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rest of a row key: 1025 characters (expected: 0 to 1024)");
        assertThatThrownBy(() -> new RowKey("t", "a\0b", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group of a row key: U+0000 at character 2 (expected: none)");
        for (String half : new String[] {"a\uD800", "\uDC00a", "\uD800\uD800"}) {
            assertThatThrownBy(() -> new RowKey("t", "g", half))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("half a surrogate pair");
        }
    }
}
