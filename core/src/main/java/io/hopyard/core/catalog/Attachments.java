package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tags and keywords of feature groups, feature views and training datasets. Thread safe. */
public final class Attachments {
    private static final int FORMAT = 1;
    private static final String TAGS = "tags";
    private static final String KEYWORDS = "keywords";
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_ .-]{0,254}");

    private final Records records;

    public Attachments(Records records) {
        this.records = records;
    }

    /**
     * What something is attached to.
     *
     * @param path unique in the project, ends with a slash
     */
    public record Target(long projectId, String path) {
        public static Target featureGroup(FeatureGroup group) {
            return new Target(group.projectId(), "fg/" + Records.padded(group.id()) + "/");
        }

        public static Target featureView(long projectId, String name, int version) {
            return new Target(projectId, "fv/" + name + "/" + Records.padded(version) + "/");
        }

        /** A training dataset of the view that this target is. */
        public Target trainingDataset(int version) {
            return new Target(projectId, path + "td/" + Records.padded(version) + "/");
        }
    }

    /**
     * @param createdAtMillis milliseconds since 1970
     */
    public record Keyword(String name, long createdAtMillis) {}

    /** Sets a tag; {@code json} is its value as JSON text. */
    public void putTag(Target target, String name, String json, Deadline deadline) {
        if (!TAG_NAME.matcher(name).matches()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "tag name: '" + Names.shorten(name)
                            + "' (expected: 1 to 255 letters, digits, '_', '-', '.' and blanks)");
        }
        if (json.length() > Limits.TAG_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "value of tag '" + name + "' of " + json.length() + " characters (expected: at most "
                            + Limits.TAG_LENGTH_MAX + ")");
        }
        SortedMap<String, String> tags = tags(target, deadline);
        if (!tags.containsKey(name) && tags.size() >= Limits.TAGS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "tags: " + (tags.size() + 1) + " (expected: at most " + Limits.TAGS_MAX + ")");
        }
        byte[] value = new RecordWriter(FORMAT).put(1, name).put(2, json).toBytes();
        records.put(List.of(new Write.Put(tagKey(target, name), value)), deadline);
    }

    /** Values as JSON text, by name. */
    public SortedMap<String, String> tags(Target target, Deadline deadline) {
        SortedMap<String, String> tags = new TreeMap<>();
        RowKey prefix = Records.key(TAGS, target.projectId(), target.path() + "=");
        for (Row row : records.list(prefix, Limits.LIST_MAX, deadline)) {
            RecordReader reader = RecordReader.of(row.value(), FORMAT);
            tags.put(reader.string(1), reader.string(2));
        }
        return tags;
    }

    public @Nullable String findTag(Target target, String name, Deadline deadline) {
        Row row = TAG_NAME.matcher(name).matches() ? records.find(tagKey(target, name), deadline) : null;
        return row == null ? null : RecordReader.of(row.value(), FORMAT).string(2);
    }

    /** No effect when it is not there. */
    public void removeTag(Target target, String name, Deadline deadline) {
        if (TAG_NAME.matcher(name).matches()) {
            records.put(List.of(new Write.Remove(tagKey(target, name))), deadline);
        }
    }

    private static RowKey tagKey(Target target, String name) {
        return Records.key(TAGS, target.projectId(), target.path() + "=" + name);
    }

    public List<Keyword> keywords(Target target, Deadline deadline) {
        Row row = records.find(keywordsKey(target), deadline);
        return row == null ? List.of() : decodeKeywords(row.value());
    }

    /** Replaces the set; those that stay keep their time of creation. */
    public List<Keyword> setKeywords(Target target, Collection<String> names, long nowMillis, Deadline deadline) {
        Set<String> wanted = new LinkedHashSet<>(names);
        if (wanted.size() > Limits.KEYWORDS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "keywords: " + wanted.size() + " (expected: at most " + Limits.KEYWORDS_MAX + ")");
        }
        List<Keyword> old = keywords(target, deadline);
        List<Keyword> keywords = new ArrayList<>();
        for (String name : wanted) {
            if (name.isBlank() || name.length() > 255) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST,
                        "keyword: '" + Names.shorten(name) + "' (expected: 1 to 255 characters, not only blanks)");
            }
            keywords.add(old.stream()
                    .filter(keyword -> keyword.name().equals(name))
                    .findFirst()
                    .orElse(new Keyword(name, nowMillis)));
        }
        RowKey key = keywordsKey(target);
        records.put(
                List.of(keywords.isEmpty() ? new Write.Remove(key) : new Write.Put(key, encodeKeywords(keywords))),
                deadline);
        return keywords;
    }

    /** All keywords that are used in a project. */
    public Set<String> keywordsInUse(long projectId, Deadline deadline) {
        Set<String> names = new TreeSet<>();
        for (Row row : records.list(Records.key(KEYWORDS, projectId, ""), Limits.LIST_MAX, deadline)) {
            decodeKeywords(row.value()).forEach(keyword -> names.add(keyword.name()));
        }
        return names;
    }

    /** Removes what is attached to the target and to its parts. */
    public void removeAll(Target target, Deadline deadline) {
        records.removeAll(Records.key(TAGS, target.projectId(), target.path()), deadline);
        records.removeAll(Records.key(KEYWORDS, target.projectId(), target.path()), deadline);
    }

    private static RowKey keywordsKey(Target target) {
        return Records.key(KEYWORDS, target.projectId(), target.path() + "=");
    }

    private static byte[] encodeKeywords(List<Keyword> keywords) {
        return new RecordWriter(FORMAT)
                .putStrings(1, keywords.stream().map(Keyword::name).toList())
                .putNumbers(2, keywords.stream().map(Keyword::createdAtMillis).toList())
                .toBytes();
    }

    private static List<Keyword> decodeKeywords(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        List<String> names = reader.strings(1);
        List<Long> times = reader.numbers(2);
        List<Keyword> keywords = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
            keywords.add(new Keyword(names.get(index), times.get(index)));
        }
        return keywords;
    }
}
