package io.hopyard.core.access;

/**
 * That a user belongs to a project.
 *
 * @param sinceMillis epoch milliseconds
 */
public record Member(long projectId, long userId, Role role, long sinceMillis) {}
