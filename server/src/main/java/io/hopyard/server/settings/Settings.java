package io.hopyard.server.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of all settings of a node. Immutable. */
public final class Settings {
    private final Map<Setting<?>, Object> values;

    private Settings(Map<Setting<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads given texts, and the defaults of what is not given.
     *
     * @param texts by key
     * @throws InvalidSettingsException that lists every problem: unknown keys and texts that are not valid
     */
    public static Settings of(Map<String, String> texts) {
        Map<String, Setting<?>> known = new LinkedHashMap<>();
        AllSettings.LIST.forEach(setting -> known.put(setting.key(), setting));
        List<String> problems = new ArrayList<>();
        texts.keySet().stream()
                .sorted()
                .filter(key -> !known.containsKey(key))
                .forEach(key -> problems.add(
                        key + ": no such setting (did you mean " + Nearest.of(key, known.keySet()) + "?)"));
        Map<Setting<?>, Object> values = new HashMap<>();
        for (Setting<?> setting : AllSettings.LIST) {
            String text = texts.getOrDefault(setting.key(), setting.ifAbsent());
            try {
                values.put(setting, setting.kind().parse().apply(text.strip()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                problems.add(setting.key() + ": '" + text + "' (expected: "
                        + setting.kind().expected() + ")");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return new Settings(values);
    }

    @SuppressWarnings("unchecked") // put by of(), parsed by the setting's own kind
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException("setting " + setting.key() + " is not in the list of settings");
        }
        return (T) value;
    }
}
