package io.hopyard.core.error;

/** Who has to act on an error. */
public enum ErrorKind {
    /** The caller sent something wrong and must change it. */
    USER,
    /** The request contradicts what is stored; reading again may help. */
    CONFLICT,
    /** A part of Hopyard cannot serve now; the same request may work later. */
    UNAVAILABLE,
    /** A bound (size, rate, queue) was reached. */
    EXHAUSTED,
    /** A defect of Hopyard. */
    INTERNAL
}
