"""Tags, keywords, provenance links, statistics of groups, jobs: what is kept beside the features."""

from __future__ import annotations

import pandas as pd
import pytest
from hopsworks.client.exceptions import RestAPIError
from support import Session, insert

ROWS = pd.DataFrame({"id": [1, 2], "x": [1.5, 2.5]})


@pytest.fixture(params=["group", "view"])
def entity(request: pytest.FixtureRequest, session: Session):
    """A feature group, and a feature view: both carry tags and keywords."""
    group = session.filled(ROWS)
    return group if request.param == "group" else session.store.create_feature_view("v", group.select_all(), version=1)


@pytest.mark.parametrize("value", ["me", "Ünïcode ✓", 7, 1.5, True, {"a": 1, "b": ["x", None]}, [1, 2]])
def test_a_tag_comes_back_as_it_was(entity, value):
    entity.add_tag("owner", value)
    assert entity.get_tag("owner") == value


def test_tags_are_listed_replaced_and_deleted(entity):
    entity.add_tag("a", 1)
    entity.add_tag("b", 2)
    entity.add_tag("a", 3)
    assert entity.get_tags() == {"a": 3, "b": 2}
    entity.delete_tag("a")
    assert entity.get_tags() == {"b": 2}


def test_an_unknown_tag_is_none_and_its_delete_is_refused(entity):
    assert entity.get_tag("nothing") is None
    assert entity.get_tags() == {}
    with pytest.raises(RestAPIError) as refused:
        entity.delete_tag("nothing")
    assert (refused.value.response.status_code, refused.value.error_code) == (404, 370002)


def test_keywords_are_set_added_and_deleted(entity):
    assert entity.get_keywords() == []
    entity.set_keywords(["a", "b"])
    entity.add_keywords("c")
    assert sorted(entity.get_keywords()) == ["a", "b", "c"]
    entity.delete_keyword("b")
    assert sorted(entity.get_keywords()) == ["a", "c"]


def test_the_keywords_of_the_store_are_those_in_use(session: Session, entity):
    entity.set_keywords(["one", "two"])
    assert sorted(session.store.get_all_keywords()) == ["one", "two"]


def test_the_parents_of_a_view_are_its_groups(session: Session):
    left = session.filled(ROWS, "a")
    right = session.filled(pd.DataFrame({"id": [1], "y": ["b"]}), "b")
    view = session.store.create_feature_view("v", left.select_all().join(right.select(["y"])), version=1)
    assert sorted(group.name for group in view.get_parent_feature_groups().accessible) == ["a", "b"]


def test_the_views_of_a_group_are_listed(session: Session):
    group = session.filled(ROWS)
    session.store.create_feature_view("v", group.select_all(), version=1)
    session.store.create_feature_view("w", group.select(["x"]), version=3)
    assert sorted((view.name, view.version) for view in group.get_generated_feature_views().accessible) == [
        ("v", 1), ("w", 3),
    ]


def test_the_parents_of_a_group_are_those_it_was_made_with(session: Session):
    parent = session.filled(ROWS, "parent")
    child = session.filled(ROWS, "child", parents=[parent])
    assert [group.name for group in child.get_parent_feature_groups().accessible] == ["parent"]
    assert [group.name for group in parent.get_generated_feature_groups().accessible] == ["child"]


def test_a_group_without_views_or_parents_has_no_links(session: Session):
    group = session.filled(ROWS)
    assert not (group.get_parent_feature_groups() or [])
    views = group.get_generated_feature_views()
    assert views is None or not views.accessible


def test_the_materialization_job_is_found_and_its_execution_ends(session: Session):
    group = session.filled(ROWS)
    job = group.materialization_job
    assert job.name == "tx_1_offline_fg_materialization"
    execution = job.run(await_termination=True)
    assert execution.success
    assert job.get_state() == "FINISHED"
    assert job.get_final_state() == "SUCCEEDED"
    assert len(job.get_executions()) == 1


def test_the_logs_of_an_execution_can_be_fetched(session: Session):
    group = session.filled(ROWS)
    execution = group.materialization_job.run(await_termination=True)
    for path in (execution.stdout_path, execution.stderr_path):
        assert path
        session.rest.get("project/{}/dataset/{}".format(session.project.id, path.replace("/", "%2F")))


def test_an_unknown_job_is_none(session: Session):
    assert session.project.get_job_api().get_job("nothing") is None
    assert session.rest.error("GET", f"project/{session.project.id}/jobs/nothing") == (404, 130009)


def test_statistics_of_a_group_are_none_as_long_as_none_were_computed(session: Session):
    assert session.filled(ROWS).get_statistics() is None


def test_rejected_rows_are_counted_as_failed_and_visible(session: Session):
    """Rows the store cannot take are set aside with their reason; the others go on."""
    from hsfs.core import kafka_engine

    group = session.filled(ROWS)
    ingestion = session.rest.call(
        "POST", f"{session.path}/featuregroups/{group.id}/online_ingestion", json={"id": None, "numEntries": 2}
    ).json()
    headers = {
        "projectId": str(session.project.id).encode(),
        "featureGroupId": str(group.id).encode(),
        "subjectId": str(group.subject["id"]).encode(),
        "onlineIngestionId": str(ingestion["id"]).encode(),
    }
    producer = kafka_engine._init_kafka_producer(session.store.id, {})
    producer.produce(group._online_topic_name, key="9", value=b"\xff not avro", headers=headers)
    _, writer = kafka_engine._get_writer_function(group)
    good = kafka_engine._encode_row({}, writer, {"id": 9, "x": 9.5})
    producer.produce(group._online_topic_name, key="9", value=good, headers=headers)
    assert producer.flush(10) == 0
    found = group.get_online_ingestion(ingestion["id"])
    found.wait_for_completion({"timeout": 20, "period": 0.1})
    assert sorted((r.status, r.rows) for r in found.results if r.rows) == [("FAILED", 1), ("UPSERTED", 1)]
    assert 9 in group.read(online=True).id.tolist()
    rejected = session.rest.get(f"{session.path}/featuregroups/{group.id}/online_ingestion/rejected")
    assert rejected["count"] == 1
    assert rejected["items"][0]["failureReason"]
    assert rejected["items"][0]["failureType"]
    assert rejected["items"][0]["onlineIngestionId"] == ingestion["id"]


def test_two_inserts_have_two_numbers(session: Session):
    group = session.filled(ROWS)
    first = group.get_latest_online_ingestion().id
    insert(group, ROWS)
    assert group.get_latest_online_ingestion().id > first
