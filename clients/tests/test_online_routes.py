"""Every route that the online API's OpenAPI document names: closed by default, and never a server error."""

from __future__ import annotations

import copy
import json
import random
import urllib.parse
from typing import Any

import pandas as pd
import pytest
from mutations import JUNK, mutate
from routes import Served, operations
from support import Node, Online, Session, User

SEED = 20260103
STEPS = 1500
UNKNOWN_KEY = "aaaaaaaaaaaaaaaa.unknown"
JUNK_IN_PATHS = ["0", "abc", "..%2F..", "%F0%9F%A6%8A", "a" * 300, "'%3B--", "%2F", "%00", "tx_2", "tx_", "_1"]
ROWS = pd.DataFrame({"id": [1, 2], "x": [1.5, 2.5], "tags": [["a"], []]})


@pytest.fixture
def shop(session: Session) -> Session:
    group = session.filled(ROWS, "tx")
    session.store.create_feature_view("v", group.select_all(), version=1)
    return session


def served(online: Online) -> list[Served]:
    answer = online.call("GET", "/openapi.json")
    assert answer.status_code == 200
    found = operations(answer.json())
    assert len(found) >= 13
    return found


def closed(online: Online) -> list[Served]:
    return [operation for operation in served(online) if operation.access != "PUBLIC"]


def values(shop: Session) -> dict[str, str]:
    return {"db": shop.database, "table": "tx_1"}


def real_bodies(shop: Session) -> dict[str, Any]:
    """A request that works, by the end of its path."""
    vector = {"featureStoreName": shop.database, "featureViewName": "v", "featureViewVersion": 1,
              "passedFeatures": {}, "metadataOptions": {"featureName": True, "featureType": True},
              "options": {"validatePassedFeatures": True, "includeDetailedStatus": True}}
    row = {"filters": [{"column": "id", "value": 1}], "readColumns": [{"column": "x", "dataReturnType": "default"}],
           "operationId": "one"}
    return {
        "pk-read": row,
        "batch": {"operations": [{"method": "POST", "relative-url": f"{shop.database}/tx_1/pk-read", "body": row}] * 2},
        "feature_store": vector | {"entries": {"id": 1}},
        "batch_feature_store": vector | {"entries": [{"id": 1}, {"id": 2}], "passedFeatures": [{}, {"x": 3.5}]},
    }


def body_of(shop: Session, operation: Served) -> Any:
    return real_bodies(shop).get(operation.path.rsplit("/", 1)[1], {})


def test_the_requests_that_the_walk_begins_with_work(shop: Session):
    online = shop.online()
    for operation in served(online):
        body = None if operation.method == "GET" else body_of(shop, operation)
        answer = online.call(operation.method, operation.filled(values(shop)), json=body)
        assert (operation, answer.status_code, answer.text[:200]) == (operation, 200, answer.text[:200])


def test_every_route_but_the_public_ones_asks_for_a_key(shop: Session):
    """The contract of this door has another status for a key that is absent or misshapen than for one that is unknown."""
    for key, status in ((None, 400), ("misshapen", 400), (UNKNOWN_KEY, 401)):
        online = shop.online()
        online.key = key
        for operation in closed(online):
            answer = online.call(operation.method, operation.filled(values(shop)), json=body_of(shop, operation))
            assert (operation, key, answer.status_code) == (operation, key, status)
            assert "key" in answer.text.lower()


def test_every_route_refuses_the_projects_of_others(node: Node, shop: Session, user: User):
    stranger = node.online(user.key)
    for operation in closed(stranger):
        answer = stranger.call(operation.method, operation.filled(values(shop)), json=body_of(shop, operation))
        assert (operation, answer.status_code) == (operation, 401)
        assert "not authorized" in answer.text or "unshared" in answer.text, answer.text


def test_an_unknown_parameter_is_refused_by_name(shop: Session):
    online = shop.online()
    for operation in served(online):
        body = None if operation.method == "GET" else body_of(shop, operation)
        answer = online.call(operation.method, operation.filled(values(shop)), json=body, params={"nonsense": "1"})
        assert (operation, answer.status_code) == (operation, 400)
        assert "nonsense" in answer.text


def test_mutated_requests_never_end_in_a_server_error(shop: Session):
    """A seeded walk over all routes; the seed is in the message of a failure."""
    chance = random.Random(SEED)
    online = shop.online()
    walked = served(online)
    statuses = set()
    for step in range(STEPS):
        operation = chance.choice(walked)
        parts = {name: value if chance.random() < 0.9 else chance.choice(JUNK_IN_PATHS)
                 for name, value in values(shop).items()}
        target = operation.filled(parts)
        if chance.random() < 0.03:
            target += "?" + urllib.parse.urlencode({"a": json.dumps(chance.choice(JUNK))})
        method = operation.method if chance.random() < 0.97 else chance.choice(["GET", "POST", "PUT", "DELETE"])
        body = b""
        if operation.method == "POST":
            start = copy.deepcopy(body_of(shop, operation))
            text = json.dumps(mutate(start, chance) if chance.random() < 0.9 else chance.choice(JUNK))
            body = text[: chance.randrange(len(text))].encode() if chance.random() < 0.1 else text.encode()
        answer = online.call(method, target, data=body, headers={"Content-Type": "application/json"})
        place = f"seed {SEED} step {step}: {method} {target} {body[:300]!r}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, place
        assert "java." not in answer.text and "\tat " not in answer.text, place
        if answer.status_code >= 400:
            assert answer.text, place
        statuses.add(answer.status_code)
    assert {200, 400, 404, 415} <= statuses, "the walk did not meet what it is for"
    assert online.call("GET", "/0.1.0/health").text == "1"
