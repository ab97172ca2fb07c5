package io.hopyard.server;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.wire.admin.AdminCommands;
import io.hopyard.wire.admin.DataCommands;
import io.hopyard.wire.admin.NodeCommands;
import io.hopyard.wire.admin.RestClient;
import io.hopyard.wire.admin.SlotCommands;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs an administrator's command against a running node. */
final class AdminCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private AdminCommand() {}

    /**
     * What was said beside the words.
     *
     * @param flags options without a value
     */
    private record Options(
            List<String> words,
            Set<String> flags,
            Path data,
            String url,
            @Nullable Path keyFile) {
        /** @param known options without a value that the command takes */
        static Options parse(List<String> arguments, Set<String> known) {
            Path data = Path.of("data");
            String url = "https://127.0.0.1:8443";
            Path keyFile = null;
            List<String> words = new ArrayList<>();
            Set<String> flags = new HashSet<>();
            for (int index = 0; index < arguments.size(); index++) {
                String word = arguments.get(index);
                if (!word.startsWith("--")) {
                    words.add(word);
                    continue;
                }
                if (known.contains(word)) {
                    flags.add(word);
                    continue;
                }
                if (!Set.of("--data", "--url", "--key-file").contains(word)) {
                    throw new UsageException(
                            word + ": no such option (expected: --data DIR, --url URL or --key-file FILE"
                                    + (known.isEmpty() ? "" : ", or one of " + new TreeSet<>(known)) + ")");
                }
                if (index + 1 == arguments.size()) {
                    throw new UsageException(word + ": nothing follows (expected: a value)");
                }
                String value = arguments.get(++index);
                switch (word) {
                    case "--data" -> data = Path.of(value);
                    case "--url" -> url = value;
                    default -> keyFile = Path.of(value);
                }
            }
            return new Options(words, flags, data, url, keyFile);
        }

        RestClient connect() {
            Path given = keyFile;
            String key = read(given == null ? data.resolve("admin.key") : given).strip();
            String authority = read(data.resolve("identity").resolve("ca.pem"));
            return new RestClient(url, key, TrustedAuthority.sslContext(authority));
        }

        /** @param known whether the words were a command */
        void check(boolean known, String usage) {
            if (!known) {
                throw new UsageException("'" + String.join(" ", words) + "' is no command. Commands:\n" + usage
                        + "Options: --data DIR (data), --url URL (https://127.0.0.1:8443), --key-file FILE"
                        + " (admin.key of the data directory)");
            }
        }
    }

    static int run(List<String> arguments, PrintStream out) {
        Options options = Options.parse(arguments, Set.of());
        try (RestClient rest = options.connect()) {
            List<String> words = options.words();
            switch (words.getFirst()) {
                case "data" -> options.check(new DataCommands(rest, out).run(words), DataCommands.USAGE);
                case "slots" -> options.check(new SlotCommands(rest, out).run(words), SlotCommands.USAGE);
                default -> options.check(new AdminCommands(rest, out).run(words), AdminCommands.USAGE);
            }
        }
        return 0;
    }

    /** {@code nodes}: what they do, and what they shall do. */
    static int nodes(List<String> arguments, PrintStream out) {
        Options options = Options.parse(arguments, Set.of("--json", "--force", "--no-wait"));
        NodeCommands.Options how = new NodeCommands.Options(
                options.flags().contains("--json"),
                options.flags().contains("--force"),
                options.flags().contains("--no-wait") ? Duration.ZERO : PATIENCE);
        NodeCommands.Time time = new NodeCommands.Time(
                Clock.systemUTC(), System::nanoTime, pause -> LockSupport.parkNanos(pause.toNanos()));
        try (RestClient rest = options.connect()) {
            options.check(new NodeCommands(rest, out, time, how).run(options.words()), NodeCommands.USAGE);
        }
        return 0;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    file + " cannot be read (expected: --data with the directory of a node that was started)",
                    e);
        }
    }
}
