package io.hopyard.stream;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/** A node behind a connection of its own, with what its certificate says. Thread safe. */
final class NodePrincipal extends KafkaPrincipal {
    private final String subject;
    private final Instant validFrom;
    private final AtomicBoolean refused = new AtomicBoolean();

    /** @param name its common name */
    NodePrincipal(String name, String subject, Instant validFrom) {
        super(USER_TYPE, name);
        this.subject = subject;
        this.validFrom = validFrom;
    }

    /** As RFC 2253 has it. */
    String subject() {
        return subject;
    }

    Instant validFrom() {
        return validFrom;
    }

    /** True at the first call, so that not every request of a refused connection is logged. */
    boolean firstRefusal() {
        return refused.compareAndSet(false, true);
    }

    /** By kind and name only, like every principal. */
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
