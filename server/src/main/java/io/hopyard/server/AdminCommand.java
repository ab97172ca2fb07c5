package io.hopyard.server;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.wire.admin.AdminCommands;
import io.hopyard.wire.admin.RestClient;
import io.hopyard.wire.admin.SlotCommands;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an administrator's command against a running node. */
final class AdminCommand {
    private AdminCommand() {}

    static int run(List<String> arguments, PrintStream out) {
        Path data = Path.of("data");
        String url = "https://127.0.0.1:8443";
        Path keyFile = null;
        List<String> words = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            String word = arguments.get(index);
            if (!word.startsWith("--")) {
                words.add(word);
                continue;
            }
            if (index + 1 == arguments.size()) {
                throw new UsageException(word + ": nothing follows (expected: a value)");
            }
            String value = arguments.get(++index);
            switch (word) {
                case "--data" -> data = Path.of(value);
                case "--url" -> url = value;
                case "--key-file" -> keyFile = Path.of(value);
                default ->
                    throw new UsageException(
                            word + ": no such option (expected: --data DIR, --url URL or --key-file FILE)");
            }
        }
        String key = read(keyFile == null ? data.resolve("admin.key") : keyFile).strip();
        String authority = read(data.resolve("identity").resolve("ca.pem"));
        try (RestClient rest = new RestClient(url, key, TrustedAuthority.sslContext(authority))) {
            boolean slots = !words.isEmpty() && words.getFirst().equals("slots");
            if (!(slots ? new SlotCommands(rest, out).run(words) : new AdminCommands(rest, out).run(words))) {
                throw new UsageException("'" + String.join(" ", words) + "' is no command. Commands:\n"
                        + AdminCommands.USAGE + SlotCommands.USAGE
                        + "Options: --data DIR (data), --url URL (https://127.0.0.1:8443), --key-file FILE"
                        + " (admin.key of the data directory)");
            }
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
