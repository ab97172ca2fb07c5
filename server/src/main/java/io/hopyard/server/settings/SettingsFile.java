package io.hopyard.server.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings file: a line {@code key = value} each, {@code #} begins a comment line. */
public final class SettingsFile {
    private SettingsFile() {}

    /** @throws InvalidSettingsException for lines that are no settings or come twice */
    public static Map<String, String> read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    static Map<String, String> parse(List<String> lines) {
        Map<String, String> texts = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) {
                problems.add("line " + number + ": '" + line + "' (expected: key = value)");
                continue;
            }
            String key = line.substring(0, equals).strip();
            if (texts.put(key, line.substring(equals + 1).strip()) != null) {
                problems.add("line " + number + ": " + key + " is set twice");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return texts;
    }

    /** The file with every setting, commented out at its default; what a new installation starts from. */
    public static String template() {
        StringBuilder text =
                new StringBuilder("# Settings of a Hopyard node. Remove the '# ' before a line to change it.\n");
        for (Setting<?> setting : AllSettings.LIST) {
            text.append("\n# ")
                    .append(setting.help())
                    .append("\n# (")
                    .append(setting.kind().expected())
                    .append(")\n# ")
                    .append(setting.key())
                    .append(" = ")
                    .append(setting.ifAbsent())
                    .append('\n');
        }
        return text.toString();
    }

    /** The page for people, {@code docs/settings.md}. */
    public static String documentation() {
        StringBuilder text = new StringBuilder("""
                # Settings

                Made from the code by `./hopyard settings`; a test keeps the two alike. Every setting can stand in the file
                `hopyard.conf` of the data directory (`key = value`, a line each), in another file named by `--config`, or be given
                as `--set key=value`, which wins. An unknown key or a value that cannot be used stops the start, with all problems
                listed.

                | key | default | what it is | valid |
                | --- | --- | --- | --- |
                """);
        for (Setting<?> setting : AllSettings.LIST) {
            text.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(setting.ifAbsent().isEmpty() ? "" : "`" + setting.ifAbsent() + "`")
                    .append(" | ")
                    .append(setting.help())
                    .append(" | ")
                    .append(setting.kind().expected())
                    .append(" |\n");
        }
        return text.toString();
    }
}
