package io.hopyard.drill;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names and addresses of a drill's networks, so that two drills on a machine do not meet. */
final class NetworkNames {
    private static final Pattern SPACE = Pattern.compile("hopyard-drill-(\\d{1,9})-[a-z0-9-]+");
    /** 198.18.0.0/15 is set aside for tests of networks (RFC 2544), so no real network is hidden. */
    private static final int BLOCKS = 512;

    private NetworkNames() {}

    static String space(long pid, String what) {
        return "hopyard-drill-" + pid + "-" + what;
    }

    /** The process that made a network namespace, or 0 when no drill did. */
    static long owner(String space) {
        Matcher name = SPACE.matcher(space);
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /**
     * The first three numbers of addresses that nobody on this machine has.
     *
     * @param taken all addresses of this machine, in any text
     */
    static String freeBlock(long pid, String taken) {
        for (int tried = 0; tried < BLOCKS; tried++) {
            int number = (int) ((pid + tried) % BLOCKS);
            String block = "198." + (18 + number / 256) + "." + number % 256;
            if (!taken.contains(" " + block + ".")) {
                return block;
            }
        }
        throw new Ground.NotHereException("needs a free block of addresses in 198.18.0.0/15");
    }
}
