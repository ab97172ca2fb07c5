package io.hopyard.server;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.join.StoredToken;
import io.hopyard.server.join.HeadTokens;
import io.hopyard.server.settings.Kind;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a token on a head, which may be running or not, and prints it: nothing else goes to the output. */
final class TokenCommand {
    private static final String OPTIONS = "--data DIR, --roles ROLE,ROLE, --name NAME or --valid TIME";
    private static final Duration VALID = Duration.ofHours(1);
    private static final Kind<Duration> VALID_KIND = Kind.duration(Duration.ofMinutes(1), StoredToken.LIFE_MAX);

    private TokenCommand() {}

    static int run(List<String> arguments, PrintStream out) {
        Path data = Path.of("data");
        // A head gets the key of the authority; so whoever wants one more head says it.
        Set<NodeRole> roles = EnumSet.complementOf(EnumSet.of(NodeRole.HEAD));
        @Nullable String name = null;
        Duration valid = VALID;
        for (int index = 0; index < arguments.size(); index += 2) {
            String option = arguments.get(index);
            if (index + 1 == arguments.size()) {
                throw new UsageException(option + ": nothing follows (expected: " + OPTIONS + ")");
            }
            String value = arguments.get(index + 1);
            switch (option) {
                case "--data" -> data = Path.of(value);
                case "--roles" ->
                    roles = Arrays.stream(value.split(",", -1))
                            .map(NodeRole::parse)
                            .collect(Collectors.toSet());
                case "--name" -> name = value;
                case "--valid" -> valid = valid(value);
                default -> throw new UsageException(option + ": no such option (expected: " + OPTIONS + ")");
            }
        }
        Clock clock = Clock.systemUTC();
        StoredToken.Grant grant =
                new StoredToken.Grant(roles, name, clock.instant().plus(valid));
        out.println(HeadTokens.make(data, grant, clock, new SecureRandom()).text());
        return 0;
    }

    private static Duration valid(String text) {
        try {
            return VALID_KIND.parse().apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--valid " + text + " (expected: " + VALID_KIND.expected() + ")");
        }
    }
}
