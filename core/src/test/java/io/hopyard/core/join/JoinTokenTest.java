package io.hopyard.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Instant EXPIRES = NOW.plusSeconds(60);
    private static final String FINGERPRINT = "ab".repeat(32);
    private static final String KEY = "11".repeat(32);
    private static final JoinToken TOKEN = JoinToken.random("head-1", FINGERPRINT, new Random(1));
    private static final StoredToken STORED = StoredToken.of(
            TOKEN, new StoredToken.Grant(Set.of(NodeRole.DATA, NodeRole.BROKER), "data-1", EXPIRES), new Random(2));

    @Test
    void tokenIsTheSameAfterItsText() {
        assertThat(JoinToken.parse(TOKEN.text())).isEqualTo(TOKEN);
        assertThat(TOKEN.text()).startsWith("head-1.").endsWith("." + FINGERPRINT);
    }

    @Test
    void secretIsNotShown() {
        assertThat(TOKEN.toString()).doesNotContain(TOKEN.secret());
        assertThat(new String(STORED.encode(), StandardCharsets.ISO_8859_1)).doesNotContain(TOKEN.secret());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "head.0123456789abcdef.00112233445566778899aabbccddeeff",
                "Head.0123456789abcdef.00112233445566778899aabbccddeeff.f",
                "../x.0123456789abcdef.00112233445566778899aabbccddeeff.f"
            })
    void textOfAnotherShapeIsRefused(String text) {
        refused(() -> JoinToken.parse(text), "token: " + text.length() + " characters of another shape (expected: ");
    }

    @Test
    void storedTokenIsTheSameAfterItsBytes() {
        byte[] bytes = STORED.claimedBy(KEY).encode();
        assertThat(StoredToken.decode(bytes).encode()).isEqualTo(bytes);
        assertThat(StoredToken.decode(bytes).claim()).isEqualTo(KEY);
    }

    /** Format 1 as it lies on disks: every later release must read it. */
    @Test
    void storedFormatStays() {
        StoredToken read = StoredToken.decode(HexFormat.of()
                .parseHex("01" + "0302" + "6131" + "05020102" + "07020304" + "090444415441" + "0b0264" + "31"
                        + "0c80897a"));
        assertThat(read.id()).isEqualTo("a1");
        assertThat(read.salt()).containsExactly(1, 2);
        assertThat(read.hash()).containsExactly(3, 4);
        assertThat(read.roles()).containsExactly(NodeRole.DATA);
        assertThat(read.name()).isEqualTo("d1");
        assertThat(read.expires()).isEqualTo(Instant.ofEpochSecond(1000));
        assertThat(read.claim()).isNull();
    }

    @Test
    void rightSecretInTimeIsGood() {
        assertThatCode(() -> STORED.check(TOKEN, KEY, NOW)).doesNotThrowAnyException();
    }

    @Test
    void wrongSecretIsRefusedLikeAnUnknownToken() {
        JoinToken wrong = new JoinToken(TOKEN.head(), TOKEN.id(), "0".repeat(32), FINGERPRINT);
        refused(() -> STORED.check(wrong, KEY, NOW), StoredToken.unknown(wrong).text());
        refused(
                () -> STORED.claimedBy(KEY).check(wrong, KEY, NOW),
                StoredToken.unknown(wrong).text());
    }

    @Test
    void tokenIsRefusedFromItsEndOn() {
        refused(
                () -> STORED.check(TOKEN, KEY, EXPIRES),
                "token " + TOKEN.id() + ": it was good until 2026-11-24T08:01:00Z (expected: ");
    }

    @Test
    void usedTokenIsGoodForTheNodeThatUsedItOnly() {
        StoredToken used = STORED.claimedBy(KEY);
        assertThatCode(() -> used.check(TOKEN, KEY, NOW)).doesNotThrowAnyException();
        refused(() -> used.check(TOKEN, "22".repeat(32), NOW), "token " + TOKEN.id() + ": used (expected: ");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessageStartingWith(message);
    }
}
