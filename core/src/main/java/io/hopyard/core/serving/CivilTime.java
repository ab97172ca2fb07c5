package io.hopyard.core.serving;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Reads dates and timestamps as clients write them; all times are UTC. */
public final class CivilTime {
    public static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final int DATE_LENGTH = 10;
    private static final int MINUTES_LENGTH = 16;
    private static final int SECONDS_LENGTH = 19;

    private CivilTime() {}

    /** Days since 1970-01-01 of {@code YYYY-MM-DD}, also with a time of day of zero; null when it is neither. */
    public static @Nullable Long days(String text) {
        if (text.length() == DATE_LENGTH) {
            return date(text);
        }
        Long micros = micros(text);
        return micros == null || Math.floorMod(micros, MICROS_PER_DAY) != 0 ? null : micros / MICROS_PER_DAY;
    }

    /**
     * Microseconds since 1970 of {@code YYYY-MM-DD[ HH:MM[:SS[.f]]]}; the blank may be a {@code T}, a {@code Z} or
     * {@code +00:00} may follow, digits beyond the microsecond are ignored; null when it is something else.
     */
    public static @Nullable Long micros(String text) {
        String local = withSeconds(withoutZone(text));
        if (local.length() < DATE_LENGTH) {
            return null;
        }
        Long days = date(local.substring(0, DATE_LENGTH));
        if (days == null || local.length() == DATE_LENGTH) {
            return days == null ? null : Long.valueOf(days * MICROS_PER_DAY);
        }
        long time = timeOfDay(local);
        return time < 0 ? null : Long.valueOf(days * MICROS_PER_DAY + time);
    }

    private static String withoutZone(String text) {
        if (text.endsWith("Z")) {
            return text.substring(0, text.length() - 1);
        }
        return text.endsWith("+00:00") ? text.substring(0, text.length() - 6) : text;
    }

    private static String withSeconds(String text) {
        return text.length() == MINUTES_LENGTH ? text + ":00" : text;
    }

    private static @Nullable Long date(String text) {
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        if (year < 0 || month < 0 || day < 0 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return null;
        }
        try {
            return LocalDate.of(year, month, day).toEpochDay();
        } catch (DateTimeException e) {
            return null; // no such day
        }
    }

    /** Microseconds since midnight of what follows the date, or -1. */
    private static long timeOfDay(String text) {
        char separator = text.charAt(DATE_LENGTH);
        if (text.length() < SECONDS_LENGTH
                || (separator != ' ' && separator != 'T')
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return -1;
        }
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, SECONDS_LENGTH);
        long fraction = fraction(text);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0) {
            return -1;
        }
        return ((hour * 60L + minute) * 60 + second) * 1_000_000 + fraction;
    }

    /** Microseconds of {@code .f}, or -1. */
    private static long fraction(String text) {
        if (text.length() == SECONDS_LENGTH) {
            return 0;
        }
        if (text.charAt(SECONDS_LENGTH) != '.' || text.length() == SECONDS_LENGTH + 1) {
            return -1;
        }
        long micros = 0;
        for (int index = 0; index < 6; index++) {
            int at = SECONDS_LENGTH + 1 + index;
            int digit = at < text.length() ? text.charAt(at) - '0' : 0;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            micros = micros * 10 + digit;
        }
        for (int at = SECONDS_LENGTH + 7; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return -1;
            }
        }
        return micros;
    }

    private static int digits(String text, int start, int end) {
        int number = 0;
        for (int index = start; index < end; index++) {
            int digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
