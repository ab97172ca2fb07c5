package io.hopyard.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one data node keeps its data.
 *
 * @param directory where everything of the node lies; made when it is not there
 * @param consistentId the node's name in its pair, never changed once data is there; 1 to 64 of letters, digits, dot,
 *     dash, underscore
 * @param address where the other node of the pair reaches this one
 * @param memory how much memory is used
 * @param durability what a returned write has survived
 * @param retention how long the traces of deletes and of expired rows are kept; must be longer than any replay of the
 *     log reaches back
 * @param pair its place in a pair; null = it has none
 */
public record StoreSettings(
        Path directory,
        String consistentId,
        Address address,
        Memory memory,
        Durability durability,
        Duration retention,
        @Nullable Pair pair) {
    /** Default of {@link #retention}. */
    public static final Duration RETENTION = Duration.ofDays(7);

    public StoreSettings {
        if (!consistentId.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("consistent id: '" + consistentId
                    + "' (expected: 1 to 64 of letters, digits, dot, dash, underscore)");
        }
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("retention: " + retention + " (expected: above zero)");
        }
        Peer peer = pair == null ? null : pair.peers().now();
        if (peer != null && peer.id().equals(consistentId)) {
            throw new IllegalArgumentException(
                    "peer of node " + consistentId + ": " + peer.id() + " (expected: another node)");
        }
    }

    /** The settings of a node without a peer. */
    public StoreSettings(
            Path directory,
            String consistentId,
            Address address,
            Memory memory,
            Durability durability,
            Duration retention) {
        this(directory, consistentId, address, memory, durability, retention, null);
    }

    /** Defaults for all that has one. */
    public static StoreSettings of(Path directory, String consistentId, Address address) {
        return new StoreSettings(
                directory, consistentId, address, Memory.SMALL, Durability.OPERATING_SYSTEM, RETENTION);
    }

    /** The same node in a pair. */
    public StoreSettings with(Pair other) {
        return new StoreSettings(directory, consistentId, address, memory, durability, retention, other);
    }

    /**
     * A place in a pair.
     *
     * @param heartbeatPort where this node answers the other's heartbeats, 1,024 to 65,535
     * @param peers tells who stands beside this node
     */
    public record Pair(int heartbeatPort, Peers peers) {
        public Pair {
            Address.check("heartbeat port", heartbeatPort);
        }

        /** Beside one that stays the same. */
        public Pair(String peerId, Address peer, int heartbeatPort, int peerHeartbeatPort) {
            this(heartbeatPort, fixed(new Peer(peerId, peer, peerHeartbeatPort)));
        }

        private static Peers fixed(Peer peer) {
            return () -> peer;
        }
    }

    /** Who stands beside a node. Thread safe; answers at once, and may lag behind what is so. */
    @FunctionalInterface
    public interface Peers {
        /** Null while nobody does: there was none yet, or the former one was removed for good. */
        @Nullable
        Peer now();
    }

    /**
     * The other node of a pair.
     *
     * @param id its name
     * @param address where it is reached
     * @param heartbeatPort where it answers heartbeats
     */
    public record Peer(String id, Address address, int heartbeatPort) {
        public Peer {
            Address.check("peer's heartbeat port", heartbeatPort);
        }
    }

    /**
     * @param bindAddress the address of this node, never a wildcard
     * @param discoveryPort 1,024 to 65,535
     * @param communicationPort 1,024 to 65,535, another one
     */
    public record Address(String bindAddress, int discoveryPort, int communicationPort) {
        public Address {
            check("discovery port", discoveryPort);
            check("communication port", communicationPort);
            if (discoveryPort == communicationPort) {
                throw new IllegalArgumentException(
                        "communication port: " + communicationPort + " (expected: other than the discovery port)");
            }
        }

        private static void check(String what, int port) {
            if (port < 1_024 || port > 65_535) {
                throw new IllegalArgumentException(what + ": " + port + " (expected: 1024 to 65535)");
            }
        }
    }

    /**
     * Bounds of memory. What does not fit into the page memory is read from disk; metadata is held in the heap as a whole.
     *
     * @param pagesFirstBytes page memory, outside the heap, taken at start; at least 16 MiB
     * @param pagesMaxBytes page memory at most
     * @param rowCacheBytes cached online rows in the heap at most; at least 1 MiB
     */
    public record Memory(long pagesFirstBytes, long pagesMaxBytes, long rowCacheBytes) {
        private static final long MIB = 1L << 20;
        /** 64 MiB of pages at first, 512 MiB at most, 128 MiB of cached rows. */
        public static final Memory SMALL = new Memory(64 * MIB, 512 * MIB, 128 * MIB);

        public Memory {
            if (pagesFirstBytes < 16 * MIB || pagesMaxBytes < pagesFirstBytes) {
                throw new IllegalArgumentException("page memory: " + pagesFirstBytes + " to " + pagesMaxBytes
                        + " bytes (expected: at least 16 MiB, and a maximum that is not smaller)");
            }
            if (rowCacheBytes < MIB) {
                throw new IllegalArgumentException("row cache: " + rowCacheBytes + " bytes (expected: at least 1 MiB)");
            }
        }
    }

    /** What a returned write has survived on every live copy. */
    public enum Durability {
        /** Handed to the operating system: survives the death of the process, not a power cut of all copies. */
        OPERATING_SYSTEM,
        /** On the disk. */
        DISK
    }
}
