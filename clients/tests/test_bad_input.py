"""Every wrong thing gets a clear error with its code, and leaves nothing half done."""

from __future__ import annotations

import copy
import json
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest
import requests
from mutations import mutate
from support import API, REQUEST_SECONDS, Session, tls, until

ROWS = pd.DataFrame({"id": [1, 2], "x": [1.5, 2.5]})
SEED = 20260101


def feature(name: str, type: str = "bigint", **changes: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "primary": False, "partition": False, "onDemand": False} | changes


def group(**changes: Any) -> dict[str, Any]:
    """The body of a feature group that would be accepted, with changes."""
    body = {
        "id": None,
        "name": "tx",
        "version": 1,
        "description": "",
        "onlineEnabled": True,
        "timeTravelFormat": "ICEBERG",
        "type": "streamFeatureGroupDTO",
        "features": [feature("id", primary=True), feature("ts", "timestamp"), feature("x", "double")],
        "eventTime": "ts",
        "statisticsConfig": {"enabled": False, "correlations": False, "histograms": False, "exactUniqueness": False, "columns": []},
    }
    return body | changes


ID, TS, X = group()["features"]


def test_the_unchanged_body_is_accepted(session: Session):
    session.rest.expect(201, "POST", f"{session.path}/featuregroups", json=group())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": None}, id="no name"),
        pytest.param({"name": ""}, id="empty name"),
        pytest.param({"name": "x" * 64}, id="name too long"),
        pytest.param({"name": "Ünïcode"}, id="name not ASCII"),
        pytest.param({"name": "a-b"}, id="name with a dash"),
        pytest.param({"name": "a b"}, id="name with a blank"),
        pytest.param({"name": "1a"}, id="name begins with a digit"),
        pytest.param({"name": "a`; drop"}, id="name with SQL"),
        pytest.param({"name": 5}, id="name is a number"),
        pytest.param({"version": 0}, id="version zero"),
        pytest.param({"version": -1}, id="version negative"),
        pytest.param({"version": "one"}, id="version is text"),
        pytest.param({"version": 2**40}, id="version too large"),
        pytest.param({"features": []}, id="no features"),
        pytest.param({"features": [ID, ID]}, id="feature twice"),
        pytest.param({"features": [ID, TS, feature("ID")]}, id="feature twice but for case"),
        pytest.param({"features": [ID, TS, feature("")]}, id="feature without name"),
        pytest.param({"features": [ID, TS, feature("a`b")]}, id="feature name with a backtick"),
        pytest.param({"features": [ID, TS, feature("x" * 70)]}, id="feature name too long"),
        pytest.param({"features": [ID, TS, feature("x", "nonsense")]}, id="unknown type"),
        pytest.param({"features": [ID, TS, feature("x", "array<")]}, id="broken type"),
        pytest.param({"features": [ID, TS, feature("x", "decimal(99,2)")]}, id="decimal too wide"),
        pytest.param({"features": [ID, TS, feature("x", "map<int,int>")]}, id="map with a key that is no string"),
        pytest.param({"features": [ID, TS, feature("x", None)]}, id="no type"),
        pytest.param({"features": [TS, X]}, id="no primary key"),
        pytest.param({"features": "all"}, id="features is text"),
        pytest.param({"features": [ID, TS, feature("x", "array<" * 200 + "int" + ">" * 200)]}, id="type too deep"),
        pytest.param({"eventTime": "nonsense"}, id="unknown event time"),
        pytest.param({"features": [ID, feature("ts", "string")]}, id="event time is a string"),
        pytest.param({"ttl": -1, "ttlEnabled": True}, id="negative time to live"),
        pytest.param({"ttl": 60, "ttlEnabled": True, "eventTime": None}, id="time to live without event time"),
        pytest.param({"type": "nonsense"}, id="unknown kind of group"),
    ],
)
def test_a_bad_feature_group_is_refused_and_not_there(session: Session, changes: dict[str, Any]):
    status, code = session.rest.error("POST", f"{session.path}/featuregroups", json=group(**changes))
    assert status == 400
    assert code in (700001, 700002, 700204, 270009, 700007)
    assert session.rest.get(f"{session.path}/featuregroups")["count"] == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '"x"', "null", "\x00\x01", '{"name": }', "[" * 100_000])
@pytest.mark.parametrize("path", ["featuregroups", "featureview", "transformationfunctions"])
def test_a_body_that_is_no_json_object_is_refused(session: Session, path: str, text: str):
    status, code = session.rest.error(
        "POST", f"{session.path}/{path}", data=text.encode(), headers={"Content-Type": "application/json"}
    )
    assert status == 400
    assert code in (700001, 700002, 700204, 700205)


def test_a_body_of_fifty_megabytes_is_refused(session: Session):
    answer = None
    try:
        answer = session.rest.call(
            "POST", f"{session.path}/featuregroups", data=b"x" * (50 << 20), headers={"Content-Type": "application/json"}
        )
    except OSError:
        pass  # The server may close the connection instead of reading it all.
    if answer is not None:
        assert answer.status_code == 413
        assert answer.json()["errorCode"] == 700003
    session.rest.get("project")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nonsense", 404),
        ("GET", "project/999999/featurestores/1/featuregroups", 403),
        ("PATCH", "project", 405),
        ("GET", "project?nonsense=1", 400),
        ("GET", "project/abc/featurestores", 400),
        ("GET", "../../etc/passwd", 404),
        ("GET", "project/%00", 400),
    ],
)
def test_a_bad_address_is_refused(session: Session, method: str, path: str, status: int):
    got, code = session.rest.error(method, path)
    assert got in (status, 404), got
    assert code


@pytest.mark.parametrize("version", ["abc", "-1", "0", "99999999999999999999"])
def test_a_bad_version_in_the_query_is_refused(session: Session, version: str):
    status, code = session.rest.error("GET", f"{session.path}/featuregroups/tx", params={"version": version})
    assert status in (400, 404)
    assert code


@pytest.mark.parametrize("number", ["999999", "abc", "-1", "99999999999999999999"])
def test_an_unknown_number_of_a_group_is_refused(session: Session, number: str):
    status, code = session.rest.error("GET", f"{session.path}/featuregroups/{number}")
    assert status in (400, 404)
    assert code


def test_an_unknown_ingestion_is_not_an_error_page(session: Session):
    made = session.filled(ROWS)
    answer = session.rest.call(
        "GET", f"{session.path}/featuregroups/{made.id}/online_ingestion", params={"filter_by": "ID:999999"}
    )
    assert answer.status_code in (200, 404)
    assert answer.json()


@pytest.mark.parametrize("value", ["ID:abc", "NONSENSE", "", "ID:"])
def test_a_bad_filter_is_refused(session: Session, value: str):
    made = session.filled(ROWS)
    status, _ = session.rest.error(
        "GET", f"{session.path}/featuregroups/{made.id}/online_ingestion", params={"filter_by": value}
    )
    assert status in (400, 404)


def test_a_view_with_an_unknown_label_is_refused(session: Session):
    made = session.filled(ROWS)
    body = view_body(session, made)
    body["features"] = [{"name": "nonsense", "label": True, "featuregroup": {"id": made.id}}]
    status, code = session.rest.error("POST", f"{session.path}/featureview", json=body)
    assert (status, code) == (400, 700205)
    assert session.store.get_feature_view("v", version=1) is None


@pytest.mark.parametrize("name", ["", "a b", "Ü", "x" * 300, "a/b"])
def test_a_view_with_a_bad_name_is_refused(session: Session, name: str):
    body = view_body(session, session.filled(ROWS)) | {"name": name}
    status, code = session.rest.error("POST", f"{session.path}/featureview", json=body)
    assert (status, code) == (400, 700205)


def test_a_view_over_a_group_that_is_not_there_is_refused(session: Session):
    made = session.filled(ROWS)
    body = view_body(session, made)
    body["query"]["leftFeatureGroup"]["id"] = 999999
    status, code = session.rest.error("POST", f"{session.path}/featureview", json=body)
    assert status in (400, 404)
    assert code in (270009, 700205, 700206)


def view_body(session: Session, made: Any) -> dict[str, Any]:
    whole = session.rest.get(f"{session.path}/featuregroups/{made.id}", params={"expand": "features"})
    return {
        "name": "v",
        "version": 1,
        "featurestoreId": session.store.id,
        "type": "featureViewDTO",
        "query": {
            "featureStoreId": session.store.id,
            "leftFeatureGroup": whole,
            "leftFeatures": copy.deepcopy(whole["features"]),
            "joins": [],
        },
        "features": [],
    }


def test_a_request_cut_in_the_middle_leaves_nothing(session: Session):
    body = json.dumps(group()).encode()
    head = (
        f"POST {API}/{session.path}/featuregroups HTTP/1.1\r\nHost: {session.node.host}\r\n"
        f"Authorization: ApiKey {session.node.key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((session.node.host, session.node.port), timeout=REQUEST_SECONDS) as raw:
        with tls().wrap_socket(raw, server_hostname=session.node.host) as secure:
            secure.sendall(head + body[: len(body) // 2])
    assert session.rest.get(f"{session.path}/featuregroups")["count"] == 0


def test_many_makers_of_the_same_group_get_one_group(session: Session):
    """Who asks while the same group is being made may help to finish it and gets the same group, or a conflict."""

    def make(_: int) -> requests.Response:
        return session.node.rest().call("POST", f"{session.path}/featuregroups", json=group())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert session.rest.get(f"{session.path}/featuregroups")["count"] == 1


def test_mutated_requests_never_hang_and_never_end_in_a_server_error(session: Session):
    """A seeded walk over what the client sends; the seed is in the message of a failure."""
    chance = random.Random(SEED)
    made = session.filled(ROWS)
    session.store.create_feature_view("v", made.select_all(), version=1)
    seeds = [
        ("rest", "POST", f"{session.path}/featuregroups", group(name="walk")),
        ("rest", "POST", f"{session.path}/featureview", view_body(session, made) | {"name": "walk"}),
        ("rest", "PUT", f"{session.path}/featuregroups/{made.id}?updateMetadata=True", group()),
        ("rest", "PUT", f"project/{session.project.id}/featurestores/query?hqs=False", view_body(session, made)["query"]),
        ("rest", "POST", f"{session.path}/featuregroups/{made.id}/online_ingestion", {"id": None, "numEntries": 3}),
        ("rest", "POST", f"{session.path}/featuregroups/{made.id}/keywords", {"keywords": ["a"]}),
        ("online", "POST", "/0.1.0/feature_store", {"featureStoreName": session.database, "featureViewName": "v", "featureViewVersion": 1, "entries": {"id": 1}, "passedFeatures": {"x": 1.0}, "metadataOptions": {"featureName": True}, "options": {"validatePassedFeatures": True}}),
        ("online", "POST", "/0.1.0/batch_feature_store", {"featureStoreName": session.database, "featureViewName": "v", "featureViewVersion": 1, "entries": [{"id": 1}, {"id": 2}], "passedFeatures": []}),
        ("online", "POST", f"/0.1.0/{session.database}/tx_1/pk-read", {"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "x"}]}),
        ("online", "POST", "/0.1.0/batch", {"operations": [{"method": "POST", "relative-url": f"{session.database}/tx_1/pk-read", "body": {"filters": [{"column": "id", "value": 1}]}}]}),
    ]
    rest, online = session.node.rest(), session.online()
    for step in range(400):
        door, method, path, body = chance.choice(seeds)
        mutated = mutate(copy.deepcopy(body), chance)
        text = json.dumps(mutated)
        if chance.random() < 0.1:
            text = text[: chance.randrange(len(text))]
        caller = rest if door == "rest" else online
        answer = caller.call(method, path, data=text.encode(), headers={"Content-Type": "application/json"})
        place = f"seed {SEED} step {step}: {method} {path} {text[:500]} -> {answer.status_code} {answer.text[:500]}"
        assert answer.status_code < 500, place
        assert "java." not in answer.text and "\tat " not in answer.text, place
    until("the node still serves", lambda: session.rest.call("GET", "project").status_code == 200)
