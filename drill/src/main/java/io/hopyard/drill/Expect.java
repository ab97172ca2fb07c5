package io.hopyard.drill;

import java.time.Duration;

/**
 * What must hold in a drill beside what its {@link Fault} says of the time of the fault itself.
 *
 * @param rejoinReadGapMax longest time without a successful read while ended nodes start again and take their place
 * @param rejoinWriteGapMax the same for writes
 * @param clientGapMax longest time without a successful call of any kind of the official client, at any time
 * @param callsNeverFail no call may fail that was allowed to go to another broker or head, for as long as a user waits
 * @param clientRows rows of each insert by the official client; 0 = the official client makes no calls
 */
record Expect(
        Duration rejoinReadGapMax,
        Duration rejoinWriteGapMax,
        Duration clientGapMax,
        boolean callsNeverFail,
        int clientRows) {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int ROWS = 50;

    /** One of the copies serves at any time. */
    static final Expect DATA =
            new Expect(Duration.ofMillis(250), Duration.ofMillis(1_000), Duration.ofSeconds(15), true, 0);

    /** Everything was down: only that it comes back. */
    static final Expect RETURN = new Expect(LONG, LONG, LONG, false, 0);

    Expect {
        if (clientRows < 0) {
            throw new IllegalArgumentException("clientRows: " + clientRows + " (expected: >= 0)");
        }
    }

    /** With another time for writes while nodes take their place. */
    Expect withRejoinWrites(Duration gapMax) {
        return new Expect(rejoinReadGapMax, gapMax, clientGapMax, callsNeverFail, clientRows);
    }

    /** With calls of the official client, too. */
    Expect withClient(Duration gapMax) {
        return withClient(gapMax, ROWS);
    }

    Expect withClient(Duration gapMax, int rows) {
        return new Expect(rejoinReadGapMax, rejoinWriteGapMax, gapMax, callsNeverFail, rows);
    }
}
