"""Feature vectors through both online clients: keys, missing rows, passed features, helpers."""

from __future__ import annotations

import pandas as pd
import pytest
from hopsworks.client.exceptions import FeatureStoreException
from support import Session, insert, serving, until

CUSTOMERS = pd.DataFrame({"id": [1, 2, 3], "age": [31, 42, 53], "city": ["Malmö", None, "Lund"]})
SCORES = pd.DataFrame({"id": [1, 2], "kind": ["x", "y"], "score": [0.1, 0.2]})


def joined(session: Session, **options):
    """A view over two groups, the second with a key of two columns and a prefix."""
    customers = session.filled(CUSTOMERS, "customers")
    scores = session.filled(SCORES, "scores", primary_key=["id", "kind"])
    query = customers.select_all().join(scores.select(["score"]), on=["id"], prefix="s_")
    return session.store.create_feature_view("v", query, version=1, **options)


def entry(id: int, kind: str = "x", view=None) -> dict:
    """The keys that the view asks for."""
    values = {"id": id, "s_id": id, "s_kind": kind}
    if view is None:
        return values
    wanted = {(key.prefix or "") + key.feature_name for key in view.serving_keys if key.required}
    return {name: value for name, value in values.items() if name in wanted}


def test_a_single_vector(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        assert view.get_feature_vector(entry(1, "x", view)) == [1, 31, "Malmö", 0.1]


def test_a_batch_in_the_order_of_its_entries(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        assert view.get_feature_vectors([entry(2, "y", view), entry(1, "x", view)]) == [
            [2, 42, None, 0.2],
            [1, 31, "Malmö", 0.1],
        ]


def test_the_same_key_twice_in_a_batch(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        assert view.get_feature_vectors([entry(1, "x", view)] * 3) == [[1, 31, "Malmö", 0.1]] * 3


def test_a_large_batch(session: Session, client: str):
    rows = pd.DataFrame({"id": range(500), "x": [i / 3 for i in range(500)]})
    group = session.filled(rows)
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    with serving(view, client):
        vectors = view.get_feature_vectors([{"id": i} for i in reversed(range(500))])
    assert vectors == [[i, i / 3] for i in reversed(range(500))]


def test_numpy_keys_are_keys(session: Session, client: str):
    view = joined(session)
    row = pd.DataFrame({"id": [1]}).id.iloc[0]
    key = {name: (row.item() if client == "rest" and name != "s_kind" else value) for name, value in entry(1, "x", view).items()}
    if client == "sql":
        key["id"] = row
    with serving(view, client):
        assert view.get_feature_vector(key) == [1, 31, "Malmö", 0.1]


def test_a_row_that_is_nowhere_is_none(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select(["age", "city"]), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 999}) is None


def test_a_row_missing_in_one_group_is_an_error(session: Session, client: str):
    view = joined(session)
    with serving(view, client), pytest.raises(FeatureStoreException, match="s_score"):
        view.get_feature_vector(entry(3, "x", view))


def test_a_row_missing_in_one_group_is_none_when_allowed(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        assert view.get_feature_vector(entry(3, "x", view), allow_missing=True) == [3, 53, "Lund", None]
        assert view.get_feature_vectors([entry(3, "x", view), entry(1, "x", view)], allow_missing=True) == [
            [3, 53, "Lund", None],
            [1, 31, "Malmö", 0.1],
        ]


def test_keys_of_one_group_only_when_missing_is_allowed(session: Session, client: str):
    customers = session.filled(CUSTOMERS, "customers")
    orders = session.filled(pd.DataFrame({"number": [7], "id": [1], "amount": [9.5]}), "orders", primary_key=["number"])
    query = orders.select(["amount"]).join(customers.select(["age"]), on=["id"], prefix="c_")
    view = session.store.create_feature_view("v", query, version=1)
    with serving(view, client):
        assert view.get_feature_vector({"number": 7, "c_id": 1}) == [9.5, 31]
        assert view.get_feature_vector({"number": 7}, allow_missing=True) == [9.5, None]
        assert view.get_feature_vector({"c_id": 1}, allow_missing=True) == [None, 31]


def test_passed_features_win(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        vector = view.get_feature_vector(entry(1, "x", view), passed_features={"age": 99, "s_score": 0.9})
    assert vector == [1, 99, "Malmö", 0.9]


def test_passed_features_fill_what_is_missing(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        assert view.get_feature_vector(entry(3, "x", view), passed_features={"s_score": 0.7}) == [3, 53, "Lund", 0.7]


def test_passed_features_in_a_batch(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        vectors = view.get_feature_vectors(
            [entry(1, "x", view), entry(2, "y", view)], passed_features=[{"age": 1}, {}]
        )
    assert vectors == [[1, 1, "Malmö", 0.1], [2, 42, None, 0.2]]


def test_a_key_that_is_none_of_the_view_is_refused_by_name(session: Session, client: str):
    view = joined(session)
    with serving(view, client), pytest.raises(FeatureStoreException, match="nonsense"):
        view.get_feature_vector({"nonsense": 1})


def test_vectors_as_pandas(session: Session, client: str):
    view = joined(session)
    with serving(view, client):
        frame = view.get_feature_vector(entry(1, "x", view), return_type="pandas")
    assert list(frame.columns) == ["id", "age", "city", "s_score"]
    assert frame.iloc[0].tolist() == [1, 31, "Malmö", 0.1]


def test_helpers_are_not_in_the_vector_but_can_be_asked_for(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view(
        "v",
        group.select(["id", "age", "city"]),
        version=1,
        inference_helper_columns=["city"],
    )
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [1, 31]
        assert view.get_inference_helper({"id": 1}, return_type="dict") == {"city": "Malmö"}
        helpers = view.get_inference_helpers([{"id": 3}, {"id": 1}], return_type="dict")
    assert helpers == [{"city": "Lund"}, {"city": "Malmö"}]


def test_training_helpers_and_labels_are_not_in_the_vector(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view(
        "v", group.select_all(), version=1, labels=["age"], training_helper_columns=["city"]
    )
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [1]
        assert view.get_feature_vectors([{"id": 1}, {"id": 2}]) == [[1], [2]]


def test_a_self_join_tells_the_occurrences_apart(session: Session, client: str):
    people = session.filled(pd.DataFrame({"id": [1, 2], "boss": [2, 1], "name": ["Ada", "Bo"]}), "people")
    query = people.select(["id", "name"]).join(people.select(["name"]), left_on=["boss"], right_on=["id"], prefix="boss_")
    view = session.store.create_feature_view("v", query, version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1, "boss_id": 2}) == [1, "Ada", "Bo"]


def test_a_new_value_is_served_after_the_insert(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [1, 31, "Malmö"]
        insert(group, pd.DataFrame({"id": [1], "age": [32], "city": ["Kiruna"]}))
        assert view.get_feature_vector({"id": 1}) == [1, 32, "Kiruna"]


def test_the_column_order_of_the_view_is_kept(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select(["city", "id", "age"]), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == ["Malmö", 1, 31]


def test_a_view_without_its_key_column(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select(["age"]), version=1)
    with serving(view, client):
        assert view.get_feature_vectors([{"id": 2}, {"id": 1}]) == [[42], [31]]


def test_a_filter_of_the_query_does_not_break_serving(session: Session, client: str):
    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select_all().filter(group.age > 18), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [1, 31, "Malmö"]


def test_an_offline_group_cannot_be_served(session: Session):
    group = session.store.create_feature_group(
        "off", version=1, primary_key=["id"], online_enabled=False, features=[]
    )
    group.insert(pd.DataFrame({"id": [1]}), write_options={"start_offline_materialization": False})
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    with pytest.raises(FeatureStoreException, match="online enabled"):
        view.init_serving()


def test_removed_rows_are_missing(session: Session, client: str):
    from support import remove

    group = session.filled(CUSTOMERS)
    view = session.store.create_feature_view("v", group.select(["age"]), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1}) == [31]
        remove(group, pd.DataFrame({"id": [1]}))
        until("the row is gone", lambda: view.get_feature_vector({"id": 1}) is None, seconds=5)
