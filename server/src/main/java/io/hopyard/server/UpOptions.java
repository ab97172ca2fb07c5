package io.hopyard.server;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Setting;
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
 * @param token by which the node joins a cluster at its first start, or null
 */
record UpOptions(
        Path data,
        @Nullable Path config,
        Map<String, String> overrides,
        @Nullable String token) {
    private static final String CONFIG_FILE = "hopyard.conf";
    private static final String EXPECTED =
            "--data DIR, --config FILE, --set KEY=VALUE, --roles, --name, --zone, --region,"
                    + " --address, --heads, or --join HOST:PORT with --token TOKEN";
    private static final Map<String, Setting<?>> SHORT = Map.of(
            "--roles", AllSettings.NODE_ROLES,
            "--name", AllSettings.NODE_NAME,
            "--zone", AllSettings.NODE_ZONE,
            "--region", AllSettings.NODE_REGION,
            "--address", AllSettings.NODE_ADDRESS,
            "--heads", AllSettings.CLUSTER_HEADS,
            "--join", AllSettings.JOIN_HEADS);

    UpOptions {
        overrides = Map.copyOf(overrides);
    }

    /** @throws UsageException for an argument that is not known or has no value */
    static UpOptions parse(List<String> arguments) {
        Path data = Path.of("data");
        Path config = null;
        String token = null;
        Map<String, String> overrides = new HashMap<>();
        for (int index = 0; index < arguments.size(); index += 2) {
            String option = arguments.get(index);
            if (index + 1 == arguments.size()) {
                throw new UsageException(option + ": nothing follows (expected: " + EXPECTED + ")");
            }
            String value = arguments.get(index + 1);
            switch (option) {
                case "--data" -> data = Path.of(value);
                case "--config" -> config = Path.of(value);
                case "--set" -> set(overrides, value);
                case "--token" -> token = value;
                default -> {
                    Setting<?> setting = SHORT.get(option);
                    if (setting == null) {
                        throw new UsageException(option + ": no such option (expected: " + EXPECTED + ")");
                    }
                    overrides.put(setting.key(), value);
                }
            }
        }
        return new UpOptions(data, config, overrides, token);
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
