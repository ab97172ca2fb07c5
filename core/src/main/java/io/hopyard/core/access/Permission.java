package io.hopyard.core.access;

/** What a request needs in a project. */
public enum Permission {
    READ,
    WRITE,
    OWN
}
