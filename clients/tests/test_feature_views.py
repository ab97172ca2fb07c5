"""Feature views: create, get, change, delete; what their answer tells the client."""

from __future__ import annotations

import pandas as pd
import pytest
from hopsworks.client.exceptions import RestAPIError
from support import Session, serving, until

CUSTOMERS = pd.DataFrame({"id": [1, 2], "age": [31, 42], "city": ["Malmö", "Lund"], "risky": [True, False]})
MERCHANTS = pd.DataFrame({"id": [7, 8], "city": ["Oslo", "Bergen"], "rating": [4.5, 3.5]})
VISITS = pd.DataFrame({"visit": [100, 101], "id": [1, 2], "merchant": [7, 8], "amount": [9.5, 8.5]})


def groups(session: Session):
    return (
        session.filled(VISITS, "visits", primary_key=["visit"]),
        session.filled(CUSTOMERS, "customers"),
        session.filled(MERCHANTS, "merchants"),
    )


def test_an_unknown_view_is_none(session: Session):
    assert session.store.get_feature_view("nothing", version=1) is None


def test_a_view_is_found_by_name_and_version(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    made = session.store.create_feature_view("v", customers.select_all(), version=1, description="Ünïcode")
    found = session.store.get_feature_view("v", version=1)
    assert (found.name, found.version, found.description, found.id) == ("v", 1, "Ünïcode", made.id)
    assert [f.name for f in found.features] == ["id", "age", "city", "risky"]


def test_get_or_create_finds_the_view_that_is_there(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    first = session.store.get_or_create_feature_view("v", version=1, query=customers.select_all())
    assert session.store.get_or_create_feature_view("v", version=1, query=customers.select_all()).id == first.id


def test_versions_are_counted_when_none_is_given(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    assert [session.store.create_feature_view("v", customers.select_all()).version for _ in range(2)] == [1, 2]
    assert sorted(view.version for view in session.store.get_feature_views("v")) == [1, 2]


def test_the_same_name_and_version_twice_is_a_conflict(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    session.store.create_feature_view("v", customers.select_all(), version=1)
    with pytest.raises(RestAPIError) as refused:
        session.store.create_feature_view("v", customers.select_all(), version=1)
    assert (refused.value.response.status_code, refused.value.error_code) == (409, 700203)


def test_the_description_is_updated(session: Session):
    view = session.store.create_feature_view("v", session.filled(CUSTOMERS).select_all(), version=1)
    view.description = "after"
    view.update()
    assert session.store.get_feature_view("v", version=1).description == "after"


def test_a_deleted_view_is_gone_from_every_door(session: Session):
    view = session.store.create_feature_view("v", session.filled(CUSTOMERS).select_all(), version=1)
    with serving(view, "rest"):
        assert view.get_feature_vector({"id": 1})
        view.delete()
        assert session.store.get_feature_view("v", version=1) is None

        def refused() -> bool:
            try:
                view.get_feature_vector({"id": 1})
            except RestAPIError as error:
                return error.response.status_code == 400
            return False

        until("the online API does not know the view any more", refused, seconds=6)


def test_labels_and_helpers_are_marked(session: Session):
    query = session.filled(CUSTOMERS).select_all()
    session.store.create_feature_view(
        "v", query, version=1, labels=["risky"], inference_helper_columns=["city"], training_helper_columns=["age"]
    )
    view = session.store.get_feature_view("v", version=1)
    assert view.labels == ["risky"]
    assert view.inference_helper_columns == ["city"]
    assert view.training_helper_columns == ["age"]


def test_serving_keys_tell_prefixes_and_joins(session: Session):
    visits, customers, merchants = groups(session)
    query = (
        visits.select_all()
        .join(customers.select(["age"]), on=["id"], prefix="c_")
        .join(merchants.select(["rating"]), left_on=["merchant"], right_on=["id"], prefix="m_")
    )
    view = session.store.create_feature_view("v", query, version=1)
    keys = {(key.join_index, key.prefix or "", key.feature_name) for key in view.serving_keys}
    assert keys == {(0, "", "visit"), (1, "c_", "id"), (2, "m_", "id")}


def test_a_key_that_the_left_side_has_is_taken_from_there(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    scores = session.filled(pd.DataFrame({"id": [1, 2], "score": [0.1, 0.2]}), "scores")
    query = customers.select_all().join(scores.select(["score"]), prefix="s_")
    view = session.store.create_feature_view("v", query, version=1)
    joined = next(key for key in view.serving_keys if key.join_index == 1)
    assert (joined.required, joined.join_on) == (False, "id")


def test_features_carry_their_prefix_and_their_group(session: Session):
    visits, customers, _ = groups(session)
    query = visits.select(["visit"]).join(customers.select(["age"]), on=["id"], prefix="c_")
    session.store.create_feature_view("v", query, version=1)
    view = session.store.get_feature_view("v", version=1)
    assert [f.name for f in view.features] == ["visit", "c_age"]
    assert view.features[1].feature_group_feature_name == "age"
    assert view.features[1].feature_group.name == "customers"


def test_names_that_clash_without_a_prefix_are_told_apart(session: Session, client: str):
    customers = session.filled(CUSTOMERS, "customers")
    homes = session.filled(pd.DataFrame({"id": [1, 2], "city": ["Ystad", "Kiruna"]}), "homes")
    query = customers.select(["id", "city"]).join(homes.select(["city"]))
    view = session.store.create_feature_view("v", query, version=1)
    names = [f.name for f in view.features]
    assert len(set(names)) == 3, names
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [1, "Malmö", "Ystad"]


def test_a_nested_join_serves_all_levels(session: Session, client: str):
    visits = session.filled(VISITS, "visits", primary_key=["visit"])
    customers = session.filled(CUSTOMERS, "customers")
    scores = session.filled(pd.DataFrame({"id": [1, 2], "score": [0.1, 0.2]}), "scores")
    inner = customers.select(["age"]).join(scores.select(["score"]), on=["id"], prefix="s_")
    query = visits.select(["visit", "amount"]).join(inner, on=["id"], prefix="c_")
    view = session.store.create_feature_view("v", query, version=1)
    names = [f.name for f in view.features]
    assert names[:2] == ["visit", "amount"]
    entry = {required_name(key): (100 if key.feature_name == "visit" else 1) for key in view.serving_keys if key.required}
    with serving(view, client):
        vector = dict(zip(names, view.get_feature_vector(entry), strict=True))
    assert vector.pop("visit") == 100
    assert sorted(vector.values()) == [0.1, 9.5, 31]


def required_name(key) -> str:
    return f"{key.prefix or ''}{key.feature_name}"


def test_the_query_of_a_view_can_be_shown(session: Session):
    view = session.store.create_feature_view("v", session.filled(CUSTOMERS).select_all(), version=1)
    assert "select" in view.query.to_string().lower()


def test_a_view_over_an_unknown_feature_is_refused(session: Session):
    customers = session.filled(CUSTOMERS, "customers")
    view = session.store.create_feature_view("v", customers.select_all(), version=1)
    body = view.to_dict() | {"version": 2, "name": "w"}
    import json

    from hopsworks_common import util

    body = json.loads(json.dumps(body, cls=util.Encoder))
    body["query"]["leftFeatures"][0]["name"] = "nonsense"
    body["query"]["leftFeatures"][0]["columnName"] = "nonsense"
    status, code = session.rest.error("POST", f"{session.path}/featureview", json=body)
    assert (status, code) == (400, 700205) or (status, code) == (400, 700206)


def test_a_view_with_only_a_label_of_one_group_does_not_read_that_group(session: Session, client: str):
    customers = session.filled(CUSTOMERS, "customers")
    outcomes = session.filled(pd.DataFrame({"id": [1, 2], "fraud": [True, False]}), "outcomes")
    query = customers.select(["id", "age"]).join(outcomes.select(["fraud"]))
    view = session.store.create_feature_view("v", query, version=1, labels=["fraud"])
    with serving(view, client):
        assert view.get_feature_vector({"id": 2}) == [2, 42]
