package io.hopyard.server.node;

import io.hopyard.core.access.ApiKeys;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Members;
import io.hopyard.core.access.OnlineCredentials;
import io.hopyard.core.access.StoredGate;
import io.hopyard.core.access.Users;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Links;
import io.hopyard.core.catalog.ProjectStores;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.Subjects;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Ids;
import io.hopyard.core.project.Projects;

/**
 * The services that read and write metadata rows, over one view of the database: the database itself where the newest
 * state matters, or a cache of it where speed does.
 */
final class Metadata {
    private static final int IDS_PER_BLOCK = 1;

    final Database database;
    final Commits commits;
    final Ids ids;
    final Users users;
    final ApiKeys keys;
    final Members members;
    final Projects projects;
    final Gate gate;
    final OnlineCredentials credentials;
    final ProjectStores stores;
    final Records records;
    final Subjects subjects;
    final Links links;
    final Attachments attachments;

    Metadata(Database database, Surroundings around) {
        this.database = database;
        this.commits = new Commits(database, around.random(), around.ticker(), around.pause());
        this.ids = new Ids(database, commits, around.ticker(), IDS_PER_BLOCK);
        this.users = new Users(database, commits, ids, around.clock());
        this.keys = new ApiKeys(database, commits, around.random(), around.clock());
        this.members = new Members(database, commits, around.clock());
        this.projects = new Projects(database, commits, ids, members, around.clock());
        this.gate = new StoredGate(database, around.clock());
        this.credentials = new OnlineCredentials(database, commits, gate, projects::findId, around.random());
        this.stores = new ProjectStores(projects);
        this.records = new Records(database, commits, ids);
        this.subjects = new Subjects(records);
        this.links = new Links(records);
        this.attachments = new Attachments(records);
    }
}
