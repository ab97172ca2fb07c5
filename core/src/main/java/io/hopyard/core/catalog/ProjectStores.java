package io.hopyard.core.catalog;

import io.hopyard.core.project.Project;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/** The feature stores of projects: each has one, of the same id. Thread safe. */
public final class ProjectStores implements FeatureStores {
    private final Projects projects;

    public ProjectStores(Projects projects) {
        this.projects = projects;
    }

    @Override
    public @Nullable FeatureStore find(long id, Deadline deadline) {
        return store(projects.find(id, deadline));
    }

    @Override
    public @Nullable FeatureStore findByDatabase(String database, Deadline deadline) {
        return store(projects.findByName(database, deadline));
    }

    private static @Nullable FeatureStore store(@Nullable Project project) {
        return project == null ? null : new FeatureStore(project.id(), project.name(), project.createdMillis());
    }
}
