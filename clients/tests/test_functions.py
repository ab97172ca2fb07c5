"""Transformation functions, training-dataset metadata and the statistics that functions are fitted with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hopsworks.client.exceptions import RestAPIError
from hopsworks.hsfs.builtin_transformations import min_max_scaler, one_hot_encoder
from hsfs import training_dataset
from hsfs.hopsworks_udf import udf
from hsfs.transformation_statistics import TransformationStatistics
from support import Session, insert, serving

AMOUNTS = pd.DataFrame({"id": [1, 2, 3], "amount": [0.0, 5.0, 10.0], "city": ["Lund", "Malmö", "Lund"]})
statistics_of_amount = TransformationStatistics("amount")


@udf(float)
def doubled(amount):
    return amount * 2


@udf(float)
def above_mean(amount, statistics=statistics_of_amount):
    return amount - statistics.amount.mean


@udf(float)
def ratio(amount, budget):
    return amount / budget


def training_data_of(view: Any, frame: pd.DataFrame, columns: list[str], labelled: list[str] | None = None) -> Any:
    """What `training_data()` does without its offline read: registers the dataset and stores the fitted statistics."""
    dataset = view._feature_view_engine._create_training_data_metadata(
        view,
        training_dataset.TrainingDataset(
            name=view.name,
            version=None,
            splits={},
            data_format="tsv",
            featurestore_id=view.featurestore_id,
            training_dataset_type=training_dataset.TrainingDataset.IN_MEMORY,
        ),
    )
    if columns or labelled:
        view._transformation_function_engine_compute = None
        from hsfs.core.transformation_function_engine import TransformationFunctionEngine

        TransformationFunctionEngine._compute_transformation_fn_statistics(
            dataset, columns, labelled or [], frame, view
        )
    return dataset


def test_a_function_is_stored_and_found_again(session: Session):
    saved = session.store.create_transformation_function(doubled, version=1)
    saved.save()
    found = session.store.get_transformation_function("doubled", version=1)
    stored = found._TransformationFunction__hopsworks_udf  # its property works for attached functions only
    assert stored.function_name == "doubled"
    assert "return amount * 2" in stored._function_source
    assert (found.version, found.id > 0) == (1, True)


def test_an_unknown_function_is_none_or_an_error_with_its_code(session: Session):
    status, code = session.rest.error(
        "GET", f"{session.path}/transformationfunctions", params={"name": "nothing", "version": 1}
    )
    assert (status, code) == (404, 270160)


def test_a_function_is_deleted(session: Session):
    session.store.create_transformation_function(doubled, version=1).save()
    session.store.get_transformation_function("doubled", version=1).delete()
    assert session.rest.error(
        "GET", f"{session.path}/transformationfunctions", params={"name": "doubled", "version": 1}
    ) == (404, 270160)


def test_a_view_applies_its_function_to_vectors(session: Session, client: str):
    group = session.filled(AMOUNTS)
    session.store.create_feature_view(
        "v", group.select(["id", "amount"]), version=1, transformation_functions=[doubled("amount")]
    )
    view = session.store.get_feature_view("v", version=1)
    with serving(view, client):
        raw = view.get_feature_vector({"id": 2}, transform=False)
        transformed = dict(
            zip(view._vector_server.transformed_feature_vector_col_name, view.get_feature_vector({"id": 2}), strict=True)
        )
    assert raw == [2, 5.0]
    assert transformed["doubled_amount_"] == 10.0


def test_a_function_with_statistics_uses_those_of_the_training_data(session: Session, client: str):
    group = session.filled(AMOUNTS)
    view = session.store.create_feature_view(
        "v", group.select(["id", "amount"]), version=1, transformation_functions=[above_mean("amount")]
    )
    dataset = training_data_of(view, AMOUNTS, ["amount"])
    view = session.store.get_feature_view("v", version=1)
    with serving(view, client, training_dataset_version=dataset.version):
        names = view._vector_server.transformed_feature_vector_col_name
        vector = dict(zip(names, view.get_feature_vector({"id": 3}), strict=True))
    assert vector["above_mean_amount_"] == 5.0


def test_builtin_scalers_and_encoders_are_rebuilt_from_stored_statistics(session: Session, client: str):
    group = session.filled(AMOUNTS)
    view = session.store.create_feature_view(
        "v",
        group.select_all(),
        version=1,
        transformation_functions=[min_max_scaler("amount"), one_hot_encoder("city")],
    )
    dataset = training_data_of(view, AMOUNTS, ["amount"], ["city"])
    view = session.store.get_feature_view("v", version=1)
    with serving(view, client, training_dataset_version=dataset.version):
        names = view._vector_server.transformed_feature_vector_col_name
        vector = dict(zip(names, view.get_feature_vector({"id": 2}), strict=True))
    assert vector["min_max_scaler_amount_"] == 0.5
    assert sorted(bool(v) for name, v in vector.items() if name.startswith("one_hot")) == [False, True]


def test_serving_without_the_needed_statistics_says_so(session: Session):
    group = session.filled(AMOUNTS)
    view = session.store.create_feature_view(
        "v", group.select_all(), version=1, transformation_functions=[above_mean("amount")]
    )
    training_data_of(view, AMOUNTS, [])
    with pytest.raises(ValueError, match="No statistics available"):
        view.init_serving(training_dataset_version=1)


def test_statistics_come_back_unchanged(session: Session):
    group = session.filled(AMOUNTS)
    view = session.store.create_feature_view(
        "v", group.select_all(), version=1, transformation_functions=[above_mean("amount")]
    )
    training_data_of(view, AMOUNTS, ["amount", "city"])
    found = view.get_training_dataset_statistics(1, before_transformation=True)
    amount = next(s for s in found.feature_descriptive_statistics if s.feature_name == "amount")
    assert (amount.min, amount.max, amount.mean, amount.sum) == (0.0, 10.0, 5.0, 15.0)
    assert amount.std_dev == pytest.approx(np.std(AMOUNTS.amount, ddof=1))
    assert amount.count == 3
    assert [amount.percentiles[at] for at in (24, 49, 74)] == [2.5, 5.0, 7.5]


def test_the_newest_of_several_statistics_is_given(session: Session):
    group = session.filled(AMOUNTS)
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    dataset = training_data_of(view, AMOUNTS, ["amount"])
    from hsfs.core.transformation_function_engine import TransformationFunctionEngine

    TransformationFunctionEngine._compute_transformation_fn_statistics(
        dataset, ["amount"], [], pd.DataFrame({"amount": [100.0, 200.0]}), view
    )
    found = view.get_training_dataset_statistics(1, before_transformation=True)
    assert found.feature_descriptive_statistics[0].max == 200.0


def test_an_on_demand_feature_is_computed_at_insert_and_at_request(session: Session, client: str):
    rows = pd.DataFrame({"id": [1], "amount": [10.0], "budget": [4.0]})
    group = session.group("tx", transformation_functions=[ratio("amount", "budget")])
    insert(group, rows)
    group = session.store.get_feature_group("tx", version=1)
    assert [(f.name, f.on_demand) for f in group.features] == [
        ("id", False), ("amount", False), ("budget", False), ("ratio", True),
    ]
    assert group.read(online=True)["ratio"].tolist() == [2.5]
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    view = session.store.get_feature_view("v", version=1)
    with serving(view, client):
        vector = view.get_feature_vector({"id": 1}, request_parameters={"budget": 2.0})
    assert vector[-1] == 5.0


def test_training_datasets_are_counted_and_listed(session: Session):
    view = session.store.create_feature_view("v", session.filled(AMOUNTS).select_all(), version=1)
    assert [training_data_of(view, AMOUNTS, []).version for _ in range(2)] == [1, 2]
    assert sorted(dataset.version for dataset in view.get_training_datasets()) == [1, 2]


def test_a_training_dataset_is_deleted(session: Session):
    view = session.store.create_feature_view("v", session.filled(AMOUNTS).select_all(), version=1)
    training_data_of(view, AMOUNTS, [])
    training_data_of(view, AMOUNTS, [])
    view.delete_training_dataset(1)
    assert [dataset.version for dataset in view.get_training_datasets()] == [2]
    view.delete_all_training_datasets()
    assert view.get_training_datasets() == []


def test_a_training_dataset_keeps_tags(session: Session):
    view = session.store.create_feature_view("v", session.filled(AMOUNTS).select_all(), version=1)
    training_data_of(view, AMOUNTS, [])
    view.add_training_dataset_tag(1, "owner", "me")
    assert view.get_training_dataset_tag(1, "owner") == "me"


def test_reading_training_data_says_clearly_that_it_is_not_available(session: Session):
    view = session.store.create_feature_view("v", session.filled(AMOUNTS).select_all(), version=1)
    with pytest.raises(Exception, match="not supported|not available|Hive|RestAPI|Metadata operation"):
        view.training_data()


def test_a_function_with_a_broken_body_is_refused(session: Session):
    status, code = session.rest.error("POST", f"{session.path}/transformationfunctions", json={"version": 1})
    assert status == 400
    assert code


def test_the_same_function_version_twice_is_refused(session: Session):
    session.store.create_transformation_function(doubled, version=1).save()
    with pytest.raises(RestAPIError) as refused:
        session.store.create_transformation_function(doubled, version=1).save()
    assert refused.value.response.status_code in (400, 409)
