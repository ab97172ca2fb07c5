package io.hopyard.wire.rest;

/** The path templates of the catalogue's routes. */
final class Paths {
    static final String PROJECT = "/hopsworks-api/api/project/{projectId}";
    static final String STORES = PROJECT + "/featurestores";
    static final String STORE = STORES + "/{storeId}";
    static final String GROUPS = STORE + "/featuregroups";
    static final String GROUP = GROUPS + "/{groupId}";
    static final String VIEWS = STORE + "/featureview";
    static final String VIEW_VERSIONS = VIEWS + "/{viewName}";
    static final String VIEW = VIEW_VERSIONS + "/version/{viewVersion}";
    static final String TRAINING_DATASETS = VIEW + "/trainingdatasets";
    static final String TRAINING_DATASET = TRAINING_DATASETS + "/version/{datasetVersion}";
    static final String JOBS = PROJECT + "/jobs";
    static final String DATASET = PROJECT + "/dataset";

    private Paths() {}
}
