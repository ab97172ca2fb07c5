package io.hopyard.server.local;

import io.hopyard.core.join.StoredToken;
import io.hopyard.server.join.HeadTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** Lets nodes in by tokens made over the founding head's directory. */
public final class TokenAdmission implements LocalCluster.Admission {
    private static final Duration VALID = Duration.ofMinutes(15);

    private final Clock clock;
    private final SecureRandom random;

    public TokenAdmission(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public boolean open(Path founderData) {
        return Files.exists(founderData.resolve("identity").resolve("node.pem"));
    }

    @Override
    public String token(Path founderData, LocalNode node) {
        return HeadTokens.make(
                        founderData,
                        new StoredToken.Grant(
                                node.roles(), node.name(), clock.instant().plus(VALID)),
                        clock,
                        random)
                .text();
    }

    @Override
    public boolean joined(Path data) {
        return Files.exists(data.resolve("identity").resolve("cluster.properties"));
    }
}
