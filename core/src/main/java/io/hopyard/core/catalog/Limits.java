package io.hopyard.core.catalog;

/** Bounds of what the catalogue accepts. */
public final class Limits {
    /** Characters of a name of a feature group, a feature or a feature view. */
    public static final int NAME_LENGTH_MAX = 63;

    public static final int DESCRIPTION_LENGTH_MAX = 10_000;

    public static final int FEATURES_MAX = 4_096;

    public static final int DEFAULT_VALUE_LENGTH_MAX = 1_000;

    /** A hundred years. */
    public static final long TTL_SECONDS_MAX = 3_153_600_000L;

    /** Characters of a document that is kept as it came: a function, statistics, an online configuration. */
    public static final int DOCUMENT_LENGTH_MAX = 4_000_000;

    public static final int FUNCTIONS_MAX = 500;

    public static final int PARENTS_MAX = 500;

    /** Versions, groups or views in one answer. */
    public static final int LIST_MAX = 10_000;

    /** Feature groups of all projects together. */
    public static final int GROUPS_MAX = 1_000_000;

    /** Feature groups in one query. */
    public static final int JOINS_MAX = 100;

    /** Joins inside joins. */
    public static final int JOIN_DEPTH_MAX = 10;

    public static final int FILTER_DEPTH_MAX = 32;

    public static final int FILTERS_MAX = 1_000;

    public static final int TAG_LENGTH_MAX = 13_500;

    public static final int TAGS_MAX = 200;

    public static final int KEYWORDS_MAX = 200;

    private Limits() {}
}
