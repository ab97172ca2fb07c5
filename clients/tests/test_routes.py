"""Every route that the node's OpenAPI document names: closed by default, and never a server error, whatever comes in."""

from __future__ import annotations

import copy
import json
import random
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mutations import JUNK, mutate
from routes import Served, operations
from support import API, Node, Rest, User, insert, unique

SEED = 20260102
STEPS = 1500
NOT_AVAILABLE = 501
JUNK_IN_PATHS = ["0", "-1", "abc", "99999999999999999999", "%00", "..%2F..", "%F0%9F%A6%8A", "a" * 300, "'%3B--", "%2F"]
ROWS = pd.DataFrame({"id": [1, 2], "x": [1.5, 2.5]})


def served(rest: Rest) -> list[Served]:
    found = operations(rest.get("openapi.json"))
    assert len(found) > 100
    return found


def address(operation: Served, values: dict[str, str]) -> str:
    return operation.filled(values).removeprefix(f"{API}/")


@dataclass
class Owned:
    """A project with a feature group and a feature view, and its owner, who owns nothing else."""

    rest: Rest
    values: dict[str, str]
    project: Any


@pytest.fixture
def owned(node: Node, user: User, tmp_path: Path) -> Owned:
    rest = node.rest(user.key)
    name = unique("p")
    rest.expect(201, "POST", f"project?projectName={name}", json={"projectName": name})
    project = node.login(name, tmp_path, user.key)
    store = project.get_feature_store()
    group = store.get_or_create_feature_group(
        "tx", version=1, primary_key=["id"], online_enabled=True, statistics_config=False
    )
    insert(group, ROWS)
    store.create_feature_view("v", group.select_all(), version=1)
    values = {
        "projectId": str(project.id),
        "storeId": str(store.id),
        "groupId": str(group.id),
        "viewName": "v",
        "version": "1",
        "viewVersion": "1",
        "projectName": name,
        "jobName": "tx_1_offline_fg_materialization",
    }
    return Owned(rest, values, project)


def test_every_route_but_the_public_ones_asks_for_a_key(node: Node, owned: Owned):
    stranger = node.stranger()
    for operation in served(owned.rest):
        if operation.access != "PUBLIC":
            answer = stranger.call(operation.method, address(operation, owned.values), json={})
            assert (operation, answer.status_code) == (operation, 401)
            assert answer.json()["errorCode"] == 700101


def test_every_route_of_a_project_refuses_other_users(node: Node, owned: Owned):
    other = node.rest(node.create_user().key)
    for operation in served(owned.rest):
        if operation.access.startswith("PROJECT_"):
            answer = other.call(operation.method, address(operation, owned.values), json={})
            assert (operation, answer.status_code) == (operation, 403)
            assert answer.json()["errorCode"] == 700102


def test_every_writing_route_refuses_observers(node: Node, owned: Owned):
    observer = node.create_user()
    owned.project.get_members_api().add_member(observer.email, "Observer")
    rest = node.rest(observer.key)
    for operation in served(owned.rest):
        if operation.access in ("PROJECT_WRITE", "PROJECT_OWN"):
            answer = rest.call(operation.method, address(operation, owned.values), json={})
            assert (operation, answer.status_code) == (operation, 403)


def test_every_route_of_administration_refuses_plain_users(owned: Owned):
    for operation in served(owned.rest):
        if operation.access == "ADMIN":
            answer = owned.rest.call(operation.method, address(operation, owned.values), json={})
            assert (operation, answer.status_code) == (operation, 403)


def test_an_unknown_parameter_is_refused_by_name(owned: Owned):
    for operation in served(owned.rest):
        if operation.access == "PROJECT_READ":
            answer = owned.rest.call("GET", address(operation, owned.values), params={"nonsense": "1"})
            if operation.method == "GET" and answer.status_code != NOT_AVAILABLE:
                assert (operation, answer.status_code) == (operation, 400)
                assert "nonsense" in answer.text


def test_mutated_requests_never_end_in_a_server_error(owned: Owned):
    """A seeded walk over all routes; the seed is in the message of a failure."""
    chance = random.Random(SEED)
    walked = [o for o in served(owned.rest) if o.access != "ADMIN" and not destructive(o, chance)]
    bodies = real_bodies(owned)
    for step in range(STEPS):
        operation = chance.choice(walked)
        values = {
            name: value if chance.random() < 0.85 else chance.choice(JUNK_IN_PATHS) for name, value in owned.values.items()
        }
        target = address(operation, values)
        query = {name: junk_text(chance) for name in operation.query if chance.random() < 0.3}
        if query:
            target += "?" + urllib.parse.urlencode(query)
        body = b""
        if operation.method in ("POST", "PUT"):
            text = json.dumps(mutate(copy.deepcopy(chance.choice(bodies)), chance))
            body = text[: chance.randrange(len(text))].encode() if chance.random() < 0.1 else text.encode()
        answer = owned.rest.call(operation.method, target, data=body, headers={"Content-Type": "application/json"})
        place = f"seed {SEED} step {step}: {operation.method} {target} {body[:300]!r}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500 or answer.status_code == NOT_AVAILABLE, place
        if answer.status_code >= 400:
            assert answer.json().get("errorCode"), place
        assert "java." not in answer.text and "\tat " not in answer.text, place
    owned.rest.get("project")


def destructive(operation: Served, chance: random.Random) -> bool:
    """What would end the walk (the project, the key in use), and most deletes, so that there is something to meet."""
    ends_the_walk = operation.path.endswith(("/project/{projectId}", "/apiKey/{name}", "/projectMembers/{email}"))
    return operation.method == "DELETE" and (ends_the_walk or chance.random() < 0.7)


def real_bodies(owned: Owned) -> list[Any]:
    """Bodies as the client sends them, to begin the mutations from."""
    store = f"project/{owned.values['projectId']}/featurestores/{owned.values['storeId']}"
    group = owned.rest.get(f"{store}/featuregroups/{owned.values['groupId']}", params={"expand": "features"})
    view = owned.rest.get(f"{store}/featureview/v/version/1", params={"expand": ["query", "features"]})
    return [
        group,
        group | {"id": None, "name": "walk", "version": None},
        view,
        view | {"name": "walk", "version": None},
        view["query"],
        {"id": None, "numEntries": 3},
        {"keywords": ["a", "b"]},
        {"a": {"b": [1, 2, None]}},
        "text",
        {"name": "key"},
        {"projectTeam": [{"projectTeamPK": {"projectId": 1, "teamMember": "a@b.c"}, "teamRole": "Observer"}]},
        {"name": "v", "version": None, "dataFormat": "csv", "trainingDatasetType": "IN_MEMORY_TRAINING_DATASET",
         "splits": [], "type": "trainingDatasetDTO", "statisticsConfig": {"enabled": True}},
        {"computationTime": 1, "rowPercentage": 1.0, "beforeTransformation": True,
         "featureDescriptiveStatistics": [{"featureName": "x", "count": 2, "min": 1.0}]},
        {"version": 1, "transformationType": "undefined",
         "hopsworksUdf": {"sourceCode": "def f(x):\n  return x", "outputTypes": ["double"], "name": "f",
                          "transformationFeatures": ["x"]}},
    ]


def junk_text(chance: random.Random) -> str:
    value = chance.choice([*JUNK, "True", "False", "1", "id:desc", "ID:1", "LATEST"])
    return value if isinstance(value, str) else json.dumps(value)
