package io.hopyard.server.settings;

import io.hopyard.core.error.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of all settings of a node. Immutable. */
public final class Settings {
    private final Map<String, String> given;
    private final Map<Setting<?>, Object> values;

    private Settings(Map<String, String> given, Map<Setting<?>, Object> values) {
        this.given = Map.copyOf(given);
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
        return new Settings(texts, values);
    }

    @SuppressWarnings("unchecked") // put by of(), parsed by the setting's own kind
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException("setting " + setting.key() + " is not in the list of settings");
        }
        return (T) value;
    }

    /** As it was given, or its default. */
    public String text(Setting<?> setting) {
        return given.getOrDefault(setting.key(), setting.ifAbsent());
    }

    /**
     * With what all nodes of the cluster share.
     *
     * @param shared texts by key
     * @throws InvalidSettingsException when this node was given another value for one of them
     */
    public Settings with(Map<String, String> shared) {
        Map<String, String> all = new HashMap<>(given);
        shared.forEach(all::putIfAbsent);
        Settings merged = of(all);
        Settings expected = of(shared);
        List<String> problems = AllSettings.LIST.stream()
                .filter(setting -> shared.containsKey(setting.key()))
                .filter(setting -> !merged.get(setting).equals(expected.get(setting)))
                .map(setting -> setting.key() + ": '" + merged.text(setting) + "' (expected: '" + expected.text(setting)
                        + "', which all nodes of the cluster share)")
                .toList();
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return merged;
    }
}
