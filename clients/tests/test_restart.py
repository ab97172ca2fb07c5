"""Stops a node of its own as an administrator would, starts it again, and compares all that it can be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from own_node import OwnNode
from routes import operations
from support import API, Node, Rest, Session, User, counts, insert, online_rows

ROWS = pd.DataFrame({"id": range(2_000), "x": [number * 0.5 for number in range(2_000)], "label": ["a", None] * 1_000})
OWNED_GETS_MIN = 40


def filled(node: Node, owner: User, folder: Path) -> tuple[Session, dict[str, str]]:
    """A project of a plain user with something of every kind in it."""
    login = node.login(node_project(node, owner), folder, owner.key)
    session = Session(node, login, login.get_feature_store(), node.rest(owner.key), folder)
    group = session.group("tx", statistics_config=True)
    insert(group, ROWS)
    insert(group, ROWS.head(3).assign(x=-1.0))
    group.add_tag("owner", {"name": "me", "since": 2026})
    group.set_keywords(["one", "two"])
    view = session.store.create_feature_view("v", group.select_all(), version=1, labels=["label"])
    view.add_tag("state", "live")
    login.get_members_api().add_member(node.create_user().email, "Observer")
    path = f"{session.path}/featuregroups/{group.id}/statistics"
    session.rest.expect(201, "POST", path, json={
        "computationTime": 1_700_000_000_000, "rowPercentage": 1.0,
        "featureDescriptiveStatistics": [{"featureName": "x", "featureType": "Fractional", "count": 2, "min": 1.5}],
    })
    session.rest.expect(201, "POST", f"{session.path}/featureview/v/version/1/trainingdatasets", json={
        "name": "v", "version": None, "dataFormat": "csv", "trainingDatasetType": "IN_MEMORY_TRAINING_DATASET",
        "splits": [], "type": "trainingDatasetDTO",
    })
    return session, {
        "projectId": str(login.id), "storeId": str(session.store.id), "groupId": str(group.id), "viewName": "v",
        "version": "1", "viewVersion": "1", "datasetVersion": "1", "projectName": login.name, "name": "owner",
        "jobName": "tx_1_offline_fg_materialization",
    }


def node_project(node: Node, owner: User) -> str:
    name = f"p{owner.key_name}"
    node.rest(owner.key).expect(201, "POST", f"project?projectName={name}", json={"projectName": name})
    return name


def answers(rest: Rest, values: dict[str, str]) -> dict[str, tuple[int, Any]]:
    """What every reading operation of the REST API answers."""
    found = {}
    for operation in operations(rest.get("openapi.json")):
        if operation.method == "GET":
            target = operation.filled(values).removeprefix(f"{API}/")
            answer = rest.call("GET", target)
            found[target] = (answer.status_code, answer.text)
    return found


def vectors(session: Session, ids: list[int]) -> Any:
    answer = session.node.online(session.rest.key).post("batch_feature_store", {
        "featureStoreName": session.database, "featureViewName": "v", "featureViewVersion": 1,
        "entries": [{"id": number} for number in ids],
    })
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


def test_after_a_clean_stop_and_start_everything_is_as_it_was(own: OwnNode, tmp_path: Path):
    node = own.start()
    owner = node.create_user()
    session, values = filled(node, owner, tmp_path)
    group = session.store.get_feature_group("tx", version=1)
    ids = [0, 1, 2, 3, 1_999, 5_000]
    before = answers(session.rest, values)
    # Keys and certificates are made anew for each call.
    lasting = {target for target, answer in answers(session.rest, values).items() if answer == before[target]}
    given = {target for target in lasting if before[target][0] == 200}
    users, read, seen, counted = node.rest().get("admin/users"), online_rows(group), vectors(session, ids), counts(group)
    assert len(given) >= OWNED_GETS_MIN
    assert counted == {"UPSERTED": 3}

    assert own.stop() == 0
    assert own.start().key == node.key

    after = answers(session.rest, values)
    assert {target: after[target] for target in lasting} == {target: before[target] for target in lasting}
    assert node.rest().get("admin/users") == users
    login = node.login(session.name, tmp_path, owner.key)
    session = Session(node, login, login.get_feature_store(), node.rest(owner.key), tmp_path)
    group = session.store.get_feature_group("tx", version=1)
    pd.testing.assert_frame_equal(online_rows(group), read)
    assert vectors(session, ids) == seen
    assert counts(group) == counted
    insert(group, ROWS.tail(1).assign(x=7.0))
    assert vectors(session, [1_999])[0][1] == 7.0
    assert own.stop() == 0
