package io.hopyard.server;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.Settings;
import io.hopyard.server.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user said about the node to start.
 *
 * @param data its directory
 * @param config the settings file, or null for {@code hopyard.conf} in the directory, if there is one
 * @param overrides settings that win over the file
 */
record UpOptions(Path data, @Nullable Path config, Map<String, String> overrides) {
    private static final String CONFIG_FILE = "hopyard.conf";

    UpOptions {
        overrides = Map.copyOf(overrides);
    }

    /** @throws UsageException for an argument that is not known or has no value */
    static UpOptions parse(List<String> arguments) {
        Path data = Path.of("data");
        Path config = null;
        Map<String, String> overrides = new HashMap<>();
        for (int index = 0; index < arguments.size(); index += 2) {
            String option = arguments.get(index);
            if (index + 1 == arguments.size()) {
                throw new UsageException(
                        option + ": nothing follows (expected: --data DIR, --config FILE or --set KEY=VALUE)");
            }
            String value = arguments.get(index + 1);
            switch (option) {
                case "--data" -> data = Path.of(value);
                case "--config" -> config = Path.of(value);
                case "--set" -> set(overrides, value);
                default ->
                    throw new UsageException(
                            option + ": no such option (expected: --data DIR, --config FILE or --set KEY=VALUE)");
            }
        }
        return new UpOptions(data, config, overrides);
    }

    private static void set(Map<String, String> overrides, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException("--set " + text + " (expected: --set KEY=VALUE)");
        }
        overrides.put(text.substring(0, equals), text.substring(equals + 1));
    }

    Settings settings() {
        Map<String, String> texts = new HashMap<>();
        Path file = config == null ? data.resolve(CONFIG_FILE) : config;
        if (config != null || Files.exists(file)) {
            try {
                texts.putAll(SettingsFile.read(file));
            } catch (IOException e) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "settings file " + file + " cannot be read: " + e.getMessage(), e);
            }
        }
        texts.putAll(overrides);
        return Settings.of(texts);
    }
}
