package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.pair.RecordRule.Reading;
import io.hopyard.core.pair.RecordRule.Situation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records are written as their members: me, peer, my former life, the peer's former life, somebody else. */
class RecordRuleTest {
    private static final Incarnation ME = new Incarnation("n1", "00000001");
    private static final Incarnation PEER = new Incarnation("n2", "00000002");
    private static final RecordRule RULE = new RecordRule(ME);

    private static PairRecord record(String members) {
        List<Incarnation> named = new ArrayList<>();
        for (String member : members.split(" ", -1)) {
            named.add(
                    switch (member) {
                        case "me" -> ME;
                        case "peer" -> PEER;
                        case "my-former" -> new Incarnation("n1", "00000008");
                        case "its-former" -> new Incarnation("n2", "00000009");
                        default -> new Incarnation("n3", "00000003");
                    });
        }
        return new PairRecord(7, named, PEER, "");
    }

    private static String reading(String members, Situation situation) {
        return reading(record(members), situation);
    }

    private static String reading(PairRecord record, Situation situation) {
        return switch (RULE.next(record, situation)) {
            case Reading.Stay() -> "stay";
            case Reading.Both() -> "both";
            case Reading.Arbitrate() -> "arbitrate";
            case Reading.Alone() -> "alone";
            case Reading.Halt() -> "halt";
            case Reading.Write(List<Incarnation> written, String why) -> "write " + written.size();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, me, stay",
        "STARTING, peer, halt",
        "STARTING, me peer, halt",
        "STARTING, my-former, halt",
        "SOLO, me, stay",
        "SOLO, my-former, halt",
        "SOLO, peer, halt",
        "SOLO, me peer, halt",
        "SYSTEM_RESTART, my-former its-former, stay",
        "SYSTEM_RESTART, me peer, both",
        "SYSTEM_RESTART, me its-former, halt",
        "SYSTEM_RESTART, my-former, halt",
        "SYSTEM_RESTART, its-former, halt",
        "SYSTEM_RESTART, peer, halt",
        "JOINING, peer, stay",
        "JOINING, me peer, both",
        "JOINING, me, halt",
        "JOINING, its-former, halt",
        "JOINING, my-former peer, halt",
        "BOTH, me peer, stay",
        "BOTH, me, arbitrate",
        "BOTH, peer, halt",
        "BOTH, my-former peer, halt",
        "BOTH, me its-former, halt",
        "PROMOTING, me, stay",
        "PROMOTING, me peer, both",
        "PROMOTING, peer, halt",
        "PROMOTING, me its-former, halt",
        "ARBITRATING, me, write 1",
        "ARBITRATING, me peer, write 1",
        "ARBITRATING, peer, halt",
        "ARBITRATING, my-former, halt",
        "HALTED, peer, stay"
    })
    void recordMeans(PairState state, String members, String reading) {
        assertThat(reading(members, new Situation(state, PEER, true, false))).isEqualTo(reading);
    }

    @ParameterizedTest
    @CsvSource({"SYSTEM_RESTART, my-former its-former, write 2", "PROMOTING, me, write 2", "BOTH, me peer, stay"})
    void membersAreWrittenOnceTheCopiesWereSeenComplete(PairState state, String members, String reading) {
        assertThat(reading(members, new Situation(state, PEER, true, true))).isEqualTo(reading);
    }

    @ParameterizedTest
    @CsvSource({"SYSTEM_RESTART", "JOINING"})
    void memberWhoseEngineIsNotUpYetStays(PairState state) {
        assertThat(reading("me peer", new Situation(state, PEER, false, false))).isEqualTo("stay");
    }

    @ParameterizedTest
    @CsvSource({"JOINING", "SYSTEM_RESTART", "BOTH", "ARBITRATING", "SOLO"})
    void whoWasRemovedHalts(PairState state) {
        assertThat(reading(record("peer").without("n1"), new Situation(state, PEER, true, true)))
                .isEqualTo("halt");
    }

    @Test
    void joinerThatWasRemovedIsNotPromoted() {
        assertThat(reading(record("me").without("n2"), new Situation(PairState.PROMOTING, PEER, true, true)))
                .isEqualTo("alone");
    }

    @Test
    void secondOfTwoDoesNotWriteBeforeItKnowsTheOther() {
        assertThat(reading("my-former its-former", new Situation(PairState.SYSTEM_RESTART, null, true, true)))
                .isEqualTo("stay");
    }
}
