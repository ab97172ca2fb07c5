package io.hopyard.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pairs of {@code --name value}, every one of which must be there when it is asked for. Immutable. */
record Arguments(Map<String, String> values) {
    private static final String MARK = "--";

    Arguments {
        values = Map.copyOf(values);
    }

    /** @throws IllegalArgumentException when the words are no such pairs */
    static Arguments of(String... words) {
        Map<String, String> values = new HashMap<>();
        for (int index = 0; index < words.length; index += 2) {
            String name = words[index];
            if (!name.startsWith(MARK) || index + 1 == words.length) {
                throw new IllegalArgumentException("argument: '" + name + "' (expected: --name and a value)");
            }
            values.put(name.substring(MARK.length()), words[index + 1]);
        }
        return new Arguments(values);
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(MARK + name + ": none (expected: a value)");
        }
        return value;
    }

    Path path(String name) {
        return Path.of(text(name));
    }

    /** A whole number of at least 1. */
    int number(String name) {
        return positive(name, text(name));
    }

    /** Whole numbers of at least 1 with commas in between, in the order given. */
    List<Integer> numbers(String name) {
        List<Integer> numbers = new ArrayList<>();
        for (String word : text(name).split(",", -1)) {
            numbers.add(positive(name, word));
        }
        return numbers;
    }

    private static int positive(String name, String word) {
        try {
            int number = Integer.parseInt(word);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with the word.
        }
        throw new IllegalArgumentException(MARK + name + ": '" + word + "' (expected: a whole number of at least 1)");
    }
}
