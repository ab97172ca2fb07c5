package io.hopyard.wire.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PacketWriterTest {
    @Test
    void bufferGrowsAndIsSentAtEveryByte() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        PacketWriter out = new PacketWriter(sent);
        int packets = 30_000;
        for (int packet = 0; packet < packets; packet++) {
            out.begin();
            out.integer(packet);
            out.float64(packet * 0.5);
            out.end();
        }
        out.flush();

        PacketReader in = new PacketReader(new ByteArrayInputStream(sent.toByteArray()));
        for (int packet = 0; packet < packets; packet++) {
            String number = Integer.toString(packet);
            String half = Double.toString(packet * 0.5);
            assertThat(new String(in.read(packet & 0xFF, 1 << 20), StandardCharsets.US_ASCII))
                    .isEqualTo((char) number.length() + number + (char) half.length() + half);
        }
    }

    @Test
    void longTextsHaveLongLengths() throws IOException {
        for (int length : new int[] {0, 250, 251, 65_535, 65_536, 1 << 20}) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            PacketWriter out = new PacketWriter(sent);
            out.begin();
            out.text("x".repeat(length));
            out.end();
            out.flush();

            int prefix = length < 251 ? 1 : length < 65_536 ? 3 : 4;
            assertThat(sent.size()).isEqualTo(4 + prefix + length);
        }
    }

    @Test
    void abandonedPacketIsNotSent() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        PacketWriter out = new PacketWriter(sent);
        out.begin();
        out.text("half a row");
        out.abandon();
        out.sequence(1);
        out.error(new MysqlError(MysqlError.Kind.TRY_AGAIN, "later"));
        out.flush();

        assertThat(new PacketReader(new ByteArrayInputStream(sent.toByteArray())).read(1, 100))
                .startsWith(0xFF)
                .endsWith("later".getBytes(StandardCharsets.US_ASCII));
    }
}
