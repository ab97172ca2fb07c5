package io.hopyard.core.access;

/**
 * A person or program with keys of its own.
 *
 * @param username made at creation, unique, safe in file names and database users, for example {@code meb10000}
 * @param email unique without regard to case
 * @param active a user who is not gets in nowhere
 * @param createdMillis epoch milliseconds
 */
public record User(
        long id,
        String username,
        String email,
        String firstName,
        String lastName,
        boolean admin,
        boolean active,
        long createdMillis) {
    public User withActive(boolean now) {
        return new User(id, username, email, firstName, lastName, admin, now, createdMillis);
    }

    public User withAdmin(boolean now) {
        return new User(id, username, email, firstName, lastName, now, active, createdMillis);
    }
}
