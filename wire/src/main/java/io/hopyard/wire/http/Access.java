package io.hopyard.wire.http;

/**
 * Who may use a route. Everything but {@link #PUBLIC} needs a valid API key (else 401); the project is the route's
 * {@code {projectId}} path part, and who lacks the right gets 403 before the handler runs.
 */
public enum Access {
    PUBLIC,
    USER,
    PROJECT_READ,
    PROJECT_WRITE,
    PROJECT_OWN,
    ADMIN,
    /** The handler itself asks the gate, since the project is named in the body. */
    BY_HANDLER
}
