package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientLineTest {
    @Test
    void attemptsAreRead() {
        assertThat(
                        ClientLine.parse(
                                "{\"event\":\"call\",\"kind\":\"inserts\",\"begin\":5,\"end\":9,\"error\":null,\"failed\":false}"))
                .isEqualTo(new ClientLine.Attempt("inserts", 5, 9, null, false));
        assertThat(
                        ClientLine.parse(
                                "{\"event\":\"call\",\"kind\":\"inserts\",\"begin\":5,\"end\":9,\"error\":\"Timeout\",\"failed\":true}"))
                .isEqualTo(new ClientLine.Attempt("inserts", 5, 9, "Timeout", true));
    }

    @Test
    void whatWasFoundIsRead() {
        assertThat(ClientLine.parse("{\"event\":\"checked\",\"problems\":[\"1 lost\"],\"notes\":[]}"))
                .isEqualTo(new ClientLine.Checked(List.of("1 lost"), List.of()));
    }

    @Test
    void otherLinesAreRefused() {
        assertThatThrownBy(() -> ClientLine.parse("Logged in"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line of the client: 'Logged in' (expected: JSON)");
        assertThatThrownBy(() -> ClientLine.parse("{\"event\":\"x\"}")).isInstanceOf(IllegalArgumentException.class);
    }
}
