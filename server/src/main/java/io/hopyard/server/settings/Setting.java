package io.hopyard.server.settings;

/**
 * One setting.
 *
 * @param key kebab-case words joined by dots, for example {@code rest.port}; never changes its meaning
 * @param kind how its text is read
 * @param ifAbsent the text that holds when it is not given
 * @param help one sentence for the person who sets it
 */
public record Setting<T>(String key, Kind<T> kind, String ifAbsent, String help) {}
