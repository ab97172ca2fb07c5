"""The online API with plain HTTP: bodies, statuses and both shapes of errors."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from support import Session

CUSTOMERS = pd.DataFrame({"id": [1, 2], "name": ["Ada", None], "age": [31, 42], "tags": [["a"], []]})
SCORES = pd.DataFrame({"id": [1], "score": [0.5]})


@pytest.fixture
def shop(session: Session) -> Session:
    """Two groups and a view over both, with a label."""
    customers = session.filled(CUSTOMERS, "customers")
    scores = session.filled(SCORES, "scores")
    query = customers.select_all().join(scores.select(["score"]), prefix="s_")
    session.store.create_feature_view("v", query, version=1, labels=["age"])
    return session


def request(session: Session, **changes) -> dict:
    body = {
        "featureStoreName": session.database,
        "featureViewName": "v",
        "featureViewVersion": 1,
        "entries": {"id": 1},
        "metadataOptions": {"featureName": True, "featureType": True},
        "options": {"includeDetailedStatus": True},
    }
    body.update(changes)
    return {key: value for key, value in body.items() if value is not ...}


def test_ping_answers_without_a_key(session: Session):
    online = session.online()
    online.key = None
    answer = online.call("GET", "/0.1.0/ping")
    assert (answer.status_code, answer.text) == (200, "")


def test_health_is_one(session: Session):
    answer = session.online().call("GET", "/0.1.0/health")
    assert (answer.status_code, answer.text.strip()) == (200, "1")


def test_a_vector_with_metadata_and_status(shop: Session):
    answer = shop.online().post("feature_store", request(shop))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["features"] == [1, "Ada", ["a"], 0.5]
    assert body["metadata"] == [
        {"featureName": "id", "featureType": "bigint"},
        {"featureName": "name", "featureType": "string"},
        {"featureName": "tags", "featureType": "array<string>"},
        {"featureName": "s_score", "featureType": "double"},
    ]
    assert body["status"] == "COMPLETE"
    assert [status["httpStatus"] for status in body["detailedStatus"]] == [200, 200]


def test_status_without_details(shop: Session):
    body = shop.online().post("feature_store", request(shop, options=..., metadataOptions=...)).json()
    assert body["features"] == [1, "Ada", ["a"], 0.5]
    assert body["status"] == "COMPLETE"
    assert not body["metadata"]
    assert body["detailedStatus"] is None


def test_a_row_that_is_missing_in_one_group(shop: Session):
    body = shop.online().post("feature_store", request(shop, entries={"id": 2})).json()
    assert body["features"] == [2, None, [], None]
    assert body["status"] == "MISSING"
    assert sorted(status["httpStatus"] for status in body["detailedStatus"]) == [200, 404]


def test_a_row_that_is_nowhere_keeps_its_key(shop: Session):
    body = shop.online().post("feature_store", request(shop, entries={"id": 99})).json()
    assert body["features"] == [99, None, None, None]
    assert body["status"] == "MISSING"


def test_passed_features_are_laid_over_and_missing_stays_missing(shop: Session):
    body = shop.online().post("feature_store", request(shop, entries={"id": 2}, passedFeatures={"s_score": 7.5})).json()
    assert body["features"] == [2, None, [], 7.5]
    assert body["status"] == "MISSING"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"featureViewName": "nothing"}, 400, 1),
        ({"featureViewVersion": 9}, 400, 1),
        ({"entries": {"nonsense": 1}}, 400, 12),
        ({"entries": {}}, 400, 12),
        ({"entries": {"id": 1}, "passedFeatures": {"nonsense": 1}}, 400, 11),
        ({"entries": {"id": 1}, "passedFeatures": {"age": 1}}, 400, 11),
        ({"entries": {"id": 1}, "passedFeatures": {"name": 5}}, 400, 10),
        ({"entries": {"id": "text"}}, 415, 10),
        ({"entries": {"id": 1.5}}, 415, 10),
        ({"entries": {"id": True}}, 415, 10),
        ({"entries": {"id": [1]}}, 415, 10),
        ({"entries": {"id": 2**63}}, 415, 10),
    ],
)
def test_feature_store_errors_are_json_with_a_code(shop: Session, changes: dict, status: int, code: int):
    answer = shop.online().post("feature_store", request(shop, **changes))
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["code"] == code, body
    assert body["reason"] and body["message"]


@pytest.mark.parametrize("store", ["nowhere", "other_store"])
def test_an_unknown_store_is_refused(shop: Session, store: str):
    """A store that is not there and one that is not shared look the same to a caller without rights."""
    answer = shop.online().post("feature_store", request(shop, featureStoreName=store))
    assert answer.status_code in (400, 401), answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"featureStoreName": ...},
        {"featureStoreName": ""},
        {"featureStoreName": None},
        {"featureViewName": ...},
        {"featureViewName": None},
        {"featureViewVersion": ...},
        {"featureViewVersion": None},
        {"entries": ...},
        {"entries": None},
        {"entries": {"id": None}},
        {"passedFeatures": {"name": None}},
        {"options": {"nonsense": True}},
        {"metadataOptions": {"nonsense": True}},
    ],
    ids=str,
)
def test_a_malformed_request_is_plain_text(shop: Session, changes: dict):
    answer = shop.online().post("feature_store", request(shop, **changes))
    assert answer.status_code == 400, answer.text
    if answer.headers.get("Content-Type", "").startswith("application/json") and answer.text.startswith("{"):
        assert answer.json()["code"]
    else:
        assert "Error:" in answer.text or "Field validation" in answer.text


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\x00", '{"entries": {"id": 1e999}}'])
def test_a_body_that_is_no_object_is_refused(shop: Session, text: str):
    answer = shop.online().call("POST", "/0.1.0/feature_store", data=text.encode())
    assert answer.status_code == 400, answer.text


def test_a_body_that_is_too_large_is_refused(shop: Session):
    padded = json.dumps(request(shop, padding="x" * (50 << 20)))
    answer = shop.online().call("POST", "/0.1.0/feature_store", data=padded)
    assert answer.status_code in (400, 413)


def test_a_batch_keeps_the_order_and_each_row_has_its_status(shop: Session):
    body = shop.online().post(
        "batch_feature_store", request(shop, entries=[{"id": 2}, {"id": 1}, {"id": 99}], passedFeatures=[])
    ).json()
    assert body["features"] == [[2, None, [], None], [1, "Ada", ["a"], 0.5], [99, None, None, None]]
    assert body["status"] == ["MISSING", "COMPLETE", "MISSING"]
    assert len(body["detailedStatus"]) == 3
    assert len(body["metadata"]) == 4


def test_a_bad_key_in_a_batch_spoils_only_its_row(shop: Session):
    body = shop.online().post(
        "batch_feature_store", request(shop, entries=[{"id": 1}, {"nonsense": 1}], passedFeatures=[])
    ).json()
    assert body["status"] == ["COMPLETE", "ERROR"]
    assert body["features"][0] == [1, "Ada", ["a"], 0.5]
    assert not any(body["features"][1] or [])


@pytest.mark.parametrize(
    ("entries", "passed", "text"),
    [([], [], "No primary key is given."), ([{"id": 1}], [{}, {}], "Length of passed feature does not equal")],
)
def test_batches_whose_lengths_do_not_fit_are_refused(shop: Session, entries: list, passed: list, text: str):
    answer = shop.online().post("batch_feature_store", request(shop, entries=entries, passedFeatures=passed))
    assert answer.status_code == 400
    assert text in answer.text


def test_a_key_of_the_wrong_type_fails_the_whole_batch(shop: Session):
    answer = shop.online().post(
        "batch_feature_store", request(shop, entries=[{"id": 1}, {"id": "text"}], passedFeatures=[])
    )
    assert answer.status_code == 415, answer.text


def test_pk_read_gives_one_row(shop: Session):
    body = {"filters": [{"column": "id", "value": 1}], "operationId": "op-1"}
    answer = shop.online().post(f"{shop.database}/customers_1/pk-read", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["operationId"] == "op-1"
    assert {key: answer.json()["data"][key] for key in ("name", "age")} == {"name": "Ada", "age": 31}


def test_pk_read_of_chosen_columns(shop: Session):
    body = {"filters": [{"column": "id", "value": "1"}], "readColumns": [{"column": "age", "dataReturnType": "default"}]}
    assert shop.online().post(f"{shop.database}/customers_1/pk-read", body).json()["data"] == {"age": 31}


def test_pk_read_of_a_missing_row(shop: Session):
    body = {"filters": [{"column": "id", "value": 99}]}
    assert shop.online().post(f"{shop.database}/customers_1/pk-read", body).status_code == 404


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "the Field section is null"),
        ({"filters": None}, "the Field section is null"),
        ({"filters": []}, "the Field section is empty"),
        ({"filters": [{"value": 1}]}, "a Column name in the Field section is null"),
        ({"filters": [{"column": "", "value": 1}]}, "is empty"),
        ({"filters": [{"column": "id", "value": None}]}, "a Column in the Field section is null"),
        ({"filters": [{"column": "id", "value": 1}] * 2}, "'unique' tag"),
        ({"filters": [{"column": "id", "value": 1}], "readColumns": [{}]}, "a column to read is missing a name"),
        ({"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "age", "dataReturnType": "bogus"}]}, "default dataReturnType is the only supported"),
        ({"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "id"}]}, "already included in filter"),
        ({"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "age"}] * 2}, "'unique' tag"),
        ({"filters": [{"column": "id", "value": 1}], "operationId": "x" * 257}, "max allowed length is 256"),
        ({"filters": [{"column": "x" * 65, "value": 1}]}, "identifier is too large"),
        ({"filters": [{"column": "name", "value": "Ada"}]}, "Wrong primary-key column"),
        ({"filters": [{"column": "id", "value": 1}, {"column": "name", "value": "x"}]}, "Wrong number of primary-key columns"),
        ({"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "nonsense"}]}, "Column does not exist"),
        ({"filters": [{"column": "id", "value": "text"}]}, "Wrong data type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_pk_read_refuses_bad_requests_in_plain_text(shop: Session, body: dict, text: str):
    answer = shop.online().post(f"{shop.database}/customers_1/pk-read", body)
    assert answer.status_code == 400, answer.text
    assert text in answer.text


def test_an_unknown_table_is_refused(shop: Session):
    body = {"filters": [{"column": "id", "value": 1}]}
    answer = shop.online().post(f"{shop.database}/nothing_1/pk-read", body)
    assert answer.status_code == 400
    assert "Database/Table does not exist" in answer.text


def test_a_batch_of_reads(shop: Session):
    def operation(key: int) -> dict:
        return {
            "method": "POST",
            "relative-url": f"{shop.database}/customers_1/pk-read",
            "body": {"filters": [{"column": "id", "value": key}], "readColumns": [{"column": "age"}], "operationId": str(key)},
        }

    answer = shop.online().post("batch", {"operations": [operation(2), operation(99), operation(1)]})
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert [part["code"] for part in result] == [200, 404, 200]
    assert result[0]["body"] == {"operationId": "2", "data": {"age": 42}}


@pytest.mark.parametrize(
    ("operations", "text"),
    [
        (None, "No operations defined"),
        ([], "No operations defined"),
        ([{"method": "GET", "relative-url": "a/b/pk-read", "body": {}}], "the Method section should be POST"),
        ([{"method": "POST", "body": {}}], "the relativeUrl section is required"),
        ([{"method": "POST", "relative-url": "nonsense", "body": {}}], "Field validation for 'RelativeURL' failed"),
    ],
)
def test_a_bad_batch_is_refused(shop: Session, operations, text: str):
    answer = shop.online().post("batch", {"operations": operations})
    assert answer.status_code == 400, answer.text
    assert text in answer.text


@pytest.mark.parametrize(
    ("key", "status", "text"),
    [
        (None, 400, "the apikey is nil"),
        ("nonsense", 400, "the apikey has an incorrect format"),
        ("0123456789abcdef." + "x" * 64, 401, ""),
    ],
)
def test_a_key_that_is_not_good_is_refused_before_anything_else(shop: Session, key, status: int, text: str):
    online = shop.online()
    online.key = key
    answer = online.post("feature_store", request(shop))
    assert answer.status_code == status, answer.text
    assert text in answer.text


def test_the_names_of_stores_are_compared_without_case(shop: Session):
    answer = shop.online().post("feature_store", request(shop, featureStoreName=shop.database.upper()))
    assert answer.status_code == 200, answer.text


def test_an_unknown_path_is_not_found(shop: Session):
    assert shop.online().call("GET", "/0.1.0/nonsense").status_code == 404
    assert shop.online().call("GET", "/0.1.0/feature_store").status_code in (404, 405)
