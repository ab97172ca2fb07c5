"""Feature groups: create, get, change, delete."""

from __future__ import annotations

import pandas as pd
import pytest
from hopsworks.client.exceptions import FeatureStoreException, RestAPIError
from hsfs.feature import Feature
from support import Session, insert, online_rows, until

ROWS = pd.DataFrame({"id": [1, 2], "amount": [1.5, 2.5], "city": ["Malmö", None]})


def test_an_unknown_group_is_none(session: Session):
    assert session.store.get_feature_group("nothing", version=1) is None


def test_get_or_create_creates_nothing_before_the_first_write(session: Session):
    session.group()
    assert session.store.get_feature_group("tx", version=1) is None


def test_a_group_is_made_by_its_first_insert(session: Session):
    session.filled(ROWS, description="Transactions")
    group = session.store.get_feature_group("tx", version=1)
    assert group.id > 0
    assert group.description == "Transactions"
    assert group.primary_key == ["id"]
    assert group.online_enabled
    assert [(f.name, f.type) for f in group.features] == [("id", "bigint"), ("amount", "double"), ("city", "string")]


def test_a_group_is_made_by_save_with_explicit_features(session: Session):
    group = session.store.create_feature_group(
        "tx",
        version=1,
        primary_key=["id"],
        event_time="ts",
        online_enabled=True,
        features=[Feature("id", "bigint"), Feature("ts", "timestamp"), Feature("tags", "array<string>")],
    )
    group.save()
    found = session.store.get_feature_group("tx", version=1)
    assert found.event_time == "ts"
    assert [(f.name, f.type, f.online_type) for f in found.features] == [
        ("id", "bigint", "bigint"),
        ("ts", "timestamp", "timestamp"),
        ("tags", "array<string>", "varbinary(100)"),
    ]


def test_the_topic_is_there_as_soon_as_the_group_is(session: Session):
    group = session.store.create_feature_group(
        "tx", version=1, primary_key=["id"], online_enabled=True, features=[Feature("id", "bigint")]
    )
    group.save()
    assert group._online_topic_name == f"{session.project.id}_{group.id}_tx_1_onlinefs"
    from hsfs.core import kafka_engine

    offsets = kafka_engine._kafka_get_offsets(group._online_topic_name, session.store.id, {}, high=True)
    assert offsets.startswith(group._online_topic_name + ",0:0")


def test_get_or_create_finds_the_group_that_is_there(session: Session):
    first = session.filled(ROWS)
    assert session.group().id == first.id


def test_versions_are_counted_when_none_is_given(session: Session):
    versions = []
    for _ in range(2):
        group = session.store.create_feature_group(
            "tx", primary_key=["id"], online_enabled=True, features=[Feature("id", "bigint")]
        )
        group.save()
        versions.append(group.version)
    assert versions == [1, 2]


def test_all_versions_of_a_name_are_listed(session: Session):
    session.filled(ROWS, version=1)
    session.filled(ROWS, version=2)
    assert sorted(group.version for group in session.store.get_feature_groups("tx")) == [1, 2]


def test_all_groups_of_the_store_are_listed(session: Session):
    session.filled(ROWS, "a")
    session.filled(ROWS, "b")
    assert sorted(group.name for group in session.store.get_feature_groups()) == ["a", "b"]


def test_the_same_name_and_version_twice_is_a_conflict(session: Session):
    session.filled(ROWS)
    again = session.store.create_feature_group(
        "tx", version=1, primary_key=["id"], online_enabled=True, features=[Feature("id", "bigint")]
    )
    with pytest.raises(RestAPIError) as refused:
        again.save()
    assert refused.value.response.status_code == 409
    assert refused.value.error_code == 700202


def test_the_description_is_updated(session: Session):
    session.filled(ROWS, description="before").update_description("after: Ünïcode ✓")
    assert session.store.get_feature_group("tx", version=1).description == "after: Ünïcode ✓"


def test_the_description_of_a_feature_is_updated_and_the_order_of_features_stays(session: Session):
    group = session.filled(ROWS)
    group.update_feature_description("id", "the key")
    found = session.store.get_feature_group("tx", version=1)
    assert [f.name for f in found.features] == ["id", "amount", "city"]
    assert found.get_feature("id").description == "the key"


def test_features_are_appended_and_old_rows_have_null_there(session: Session):
    group = session.filled(ROWS)
    group.append_features([Feature("extra", "int")])
    group = session.store.get_feature_group("tx", version=1)
    assert [f.name for f in group.features] == ["id", "amount", "city", "extra"]
    wider = pd.DataFrame({"id": [2, 3], "amount": [9.0, 9.5], "city": ["x", "y"], "extra": [7, 8]})
    wider["extra"] = wider.extra.astype("int32")
    insert(group, wider)
    rows = online_rows(group)
    assert rows.id.tolist() == [1, 2, 3]
    assert pd.isna(rows.extra[0])
    assert rows.extra.tolist()[1:] == [7, 8]


def test_a_type_of_a_feature_cannot_be_changed(session: Session):
    group = session.filled(ROWS)
    body = session.rest.get(f"{session.path}/featuregroups/{group.id}", params={"expand": "features"})
    body["features"][1]["type"] = "string"
    status, code = session.rest.error(
        "PUT", f"{session.path}/featuregroups/{group.id}", params={"updateMetadata": "True"}, json=body
    )
    assert (status, code) == (400, 700204)


def test_a_time_to_live_is_set_and_switched_off(session: Session):
    now = pd.Timestamp.now("UTC").tz_localize(None)
    group = session.filled(pd.DataFrame({"id": [1], "ts": [now]}), event_time="ts")
    group.enable_ttl(ttl=3600)
    found = session.store.get_feature_group("tx", version=1)
    assert (found.ttl_enabled, found.ttl) == (True, 3600)
    found.disable_ttl()
    assert not session.store.get_feature_group("tx", version=1).ttl_enabled


def test_a_group_is_marked_as_deprecated(session: Session):
    session.filled(ROWS).update_deprecated()
    assert session.store.get_feature_group("tx", version=1).deprecated


def test_a_deleted_group_is_gone_everywhere(session: Session):
    group = session.filled(ROWS)
    group.delete()
    assert session.store.get_feature_group("tx", version=1) is None
    pk_read = {"filters": [{"column": "id", "value": 1}]}
    until(
        "the online table is gone",
        lambda: session.online().post(f"{session.database}/tx_1/pk-read", pk_read).status_code == 400,
        seconds=6,
    )


def test_a_group_made_again_after_delete_is_empty(session: Session):
    session.filled(ROWS).delete()
    group = session.store.create_feature_group(
        "tx", version=1, primary_key=["id"], online_enabled=True, features=[Feature("id", "bigint")]
    )
    group.save()
    assert len(group.read(online=True)) == 0


def test_a_group_in_use_by_a_view_is_not_deleted(session: Session):
    group = session.filled(ROWS)
    session.store.create_feature_view("v", group.select_all(), version=1)
    with pytest.raises(RestAPIError) as refused:
        group.delete()
    assert refused.value.response.status_code in (400, 409)
    assert session.store.get_feature_group("tx", version=1) is not None


def test_offline_reads_say_clearly_that_they_are_not_available(session: Session):
    group = session.filled(ROWS)
    with pytest.raises(Exception, match="not supported|not available|Hive"):
        group.read()


def test_a_string_longer_than_its_column_is_refused_by_the_client_on_later_inserts(session: Session):
    group = session.filled(ROWS)
    group = session.store.get_feature_group("tx", version=1)
    too_long = pd.DataFrame({"id": [3], "amount": [0.0], "city": ["x" * 101]})
    with pytest.raises(ValueError, match="String length exceeded"):
        insert(group, too_long)


def test_a_long_string_in_the_first_insert_widens_the_column(session: Session):
    long = pd.DataFrame({"id": [1], "text": ["ä" * 450]})
    group = session.filled(long)
    assert session.store.get_feature_group("tx", version=1).get_feature("text").online_type == "varchar(500)"
    assert online_rows(group).text[0] == "ä" * 450


def test_a_dataframe_of_another_type_is_refused(session: Session):
    session.filled(ROWS)
    group = session.store.get_feature_group("tx", version=1)
    with pytest.raises(FeatureStoreException, match="wrong type"):
        insert(group, pd.DataFrame({"id": [1], "amount": ["text"], "city": ["x"]}))
