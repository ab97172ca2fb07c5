package io.hopyard.store.pair;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.pair.Timings;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a pair stands on.
 *
 * @param register decides between the two; called by one thread only
 * @param tls this node's certificate and whom it trusts, asked once at each start; null = connections in clear, for tests
 * @param gate who may be the other member, beside what {@code tls} says; asked at each heartbeat
 * @param halt for a node that is no longer a member
 * @param random for the name of this life of the process; must differ at each start
 */
public record Pairing(
        PairRegister register,
        @Nullable Supplier<SSLContext> tls,
        NodeGate gate,
        Halt halt,
        Timings timings,
        RandomGenerator random) {}
