package io.hopyard.server.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value.
 *
 * @param expected what a valid text is, as it stands in messages and in the documentation
 * @param parse throws {@link IllegalArgumentException} for a text that is not valid
 */
public record Kind<T>(String expected, Function<String, T> parse) {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,15})\\s*([a-zA-Z]{1,3})");

    public static Kind<Integer> integer(int min, int max) {
        return new Kind<>("a whole number from " + min + " to " + max, text -> {
            int value = Integer.parseInt(text);
            if (value < min || value > max) {
                throw new IllegalArgumentException(text);
            }
            return value;
        });
    }

    public static Kind<Boolean> flag() {
        return new Kind<>("true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        });
    }

    public static Kind<Integer> port() {
        return integer(1, 65_535);
    }

    public static Kind<Duration> duration(Duration min, Duration max) {
        return new Kind<>(
                "a time from " + text(min) + " to " + text(max) + ", such as 500ms, 10s, 5m, 2h, 7d", text -> {
                    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
                    if (!matcher.matches()) {
                        throw new IllegalArgumentException(text);
                    }
                    long number = Long.parseLong(matcher.group(1));
                    Duration value = switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> throw new IllegalArgumentException(text);
                    };
                    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                        throw new IllegalArgumentException(text);
                    }
                    return value;
                });
    }

    private static String text(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSeconds() % 86_400 == 0 && !duration.isZero()
                ? duration.toDays() + "d"
                : duration.toSeconds() + "s";
    }

    /** In bytes. */
    public static Kind<Long> dataSize(long minMebibytes, long maxMebibytes) {
        return new Kind<>(
                "a size from " + minMebibytes + "MiB to " + maxMebibytes + "MiB, such as 64MiB or 2GiB", text -> {
                    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
                    if (!matcher.matches()) {
                        throw new IllegalArgumentException(text);
                    }
                    int shift = switch (matcher.group(2)) {
                        case "KiB" -> 10;
                        case "MiB" -> 20;
                        case "GiB" -> 30;
                        default -> throw new IllegalArgumentException(text);
                    };
                    long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
                    if (bytes < minMebibytes << 20 || bytes > maxMebibytes << 20) {
                        throw new IllegalArgumentException(text);
                    }
                    return bytes;
                });
    }

    public static Kind<String> matching(String expected, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return new Kind<>(expected, text -> {
            if (!compiled.matcher(text).matches()) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    public static Kind<String> host() {
        return matching("a host name or numeric address", "[0-9a-zA-Z.:-]{1,253}");
    }

    /** What the kind takes, or nothing. */
    public static Kind<String> optional(String expected, Kind<String> kind) {
        return new Kind<>(
                expected + ", or nothing",
                text -> text.isEmpty() ? text : kind.parse().apply(text));
    }

    /** A host, or empty. */
    public static Kind<String> optionalHost() {
        return matching("a host name or numeric address, or nothing for node.address", "[0-9a-zA-Z.:-]{0,253}");
    }

    public static Kind<List<String>> hosts() {
        return list("host names or numeric addresses", host());
    }

    /** {@code host:port} each. */
    public static Kind<List<String>> addresses() {
        return list(
                "addresses host:port",
                matching("host:port", "([0-9a-zA-Z.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]):[0-9]{1,5}"));
    }

    private static Kind<List<String>> list(String what, Kind<String> element) {
        return new Kind<>(
                what + " with commas between them, or nothing",
                text -> text.isBlank()
                        ? List.of()
                        : Arrays.stream(text.split(",", -1))
                                .map(String::strip)
                                .map(element.parse())
                                .toList());
    }

    /** All heads of a cluster, or none. */
    public static Kind<List<HeadAddress>> heads() {
        Kind<String> host = host();
        return new Kind<>(
                "1, 3 or 5 of name@host with commas between them, each name and host once, or nothing", text -> {
                    List<HeadAddress> heads = text.isBlank()
                            ? List.of()
                            : Arrays.stream(text.split(",", -1))
                                    .map(part -> head(part.strip(), host))
                                    .toList();
                    boolean odd = heads.isEmpty() || heads.size() == 1 || heads.size() == 3 || heads.size() == 5;
                    boolean once = heads.stream()
                                            .map(HeadAddress::name)
                                            .distinct()
                                            .count()
                                    == heads.size()
                            && heads.stream().map(HeadAddress::host).distinct().count() == heads.size();
                    if (!odd || !once) {
                        throw new IllegalArgumentException(text);
                    }
                    return heads;
                });
    }

    private static HeadAddress head(String text, Kind<String> host) {
        int at = text.indexOf('@');
        if (at < 1) {
            throw new IllegalArgumentException(text);
        }
        return new HeadAddress(text.substring(0, at), host.parse().apply(text.substring(at + 1)));
    }

    public static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        return new Kind<>(names(type, " or "), text -> constant(type, text));
    }

    /** One or more of them, each once. */
    public static <E extends Enum<E>> Kind<Set<E>> someOf(Class<E> type) {
        return new Kind<>("one or more of " + names(type, ", ") + ", with commas between them", text -> {
            Set<E> chosen = EnumSet.noneOf(type);
            for (String name : text.split(",", -1)) {
                if (!chosen.add(constant(type, name.strip()))) {
                    throw new IllegalArgumentException(text);
                }
            }
            return Collections.unmodifiableSet(chosen);
        });
    }

    private static <E extends Enum<E>> String names(Class<E> type, String between) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(between));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
