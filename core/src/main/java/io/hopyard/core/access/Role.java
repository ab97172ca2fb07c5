package io.hopyard.core.access;

/** What a member is in a project. */
public enum Role {
    /** May do everything in the project, also manage its members. */
    DATA_OWNER("Data owner"),
    /** May read and write features, views and training data. */
    DATA_SCIENTIST("Data scientist"),
    /** May only read. */
    OBSERVER("Observer");

    private final String text;

    Role(String text) {
        this.text = text;
    }

    /** The name in the public API. */
    public String text() {
        return text;
    }

    public boolean allows(Permission permission) {
        return switch (permission) {
            case READ -> true;
            case WRITE -> this != OBSERVER;
            case OWN -> this == DATA_OWNER;
        };
    }
}
