"""A node with the REST API alone, beside a head: clients can log in to either."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hopsworks
import pandas as pd
import pytest
from own_node import ADDRESS, HOPYARD, OwnNode
from support import Node, Session, online_rows, serving, until
from test_restart import answers, filled

API_ADDRESS = ADDRESS.rsplit(".", 1)[0] + ".8"


class ApiNode(OwnNode):
    """Joins the head of another node with a token of that."""

    def __init__(self, folder: Path, head: OwnNode):
        folder.mkdir()
        super().__init__(folder)
        self.head = head

    def launch(self) -> Node:
        token = subprocess.run(
            [str(HOPYARD), "token", "--data", str(self.head.data), "--roles", "api", "--name", "api-1"],
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout.strip()
        with self.log.open("w") as log:
            command = [str(HOPYARD), "node", "--data", str(self.data), "--roles", "api", "--name", "api-1",
                       "--set", f"node.address={API_ADDRESS}", "--join", f"{ADDRESS}:8444", "--token", token]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        return Node(API_ADDRESS, 8443, (self.head.data / "admin.key").read_text())

    def start(self) -> Node:
        node = self.launch()
        self.await_ready()
        return node


@pytest.fixture
def api(own: OwnNode, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """The head and the node beside it, both serving."""
    head = own.start()
    beside = ApiNode(tmp_path / "api", own)
    try:
        yield head, beside.start()
        assert beside.stop() == 0
    finally:
        if beside.process.poll() is None:
            beside.kill()


def test_api_node_answers_as_the_head_does(api: tuple[Node, Node], tmp_path: Path) -> None:
    head, beside = api
    owner = head.create_user()
    # Made through the node without log, authority's key and database, with the official client.
    session, values = filled(beside, owner, tmp_path)
    group = session.store.get_feature_group("tx", 1)
    assert len(online_rows(group)) == 2_000
    with serving(session.store.get_feature_view("v", 1), "rest") as view:
        assert view.get_feature_vector({"id": 1_999}) is not None
    hopsworks.logout()

    through_head = answers(head.rest(owner.key), values)
    through_api = answers(beside.rest(owner.key), values)
    for target, answer in through_head.items():
        # A certificate is a fresh one each time, and links name the host that was asked.
        if "credentials" in target or "openapi" in target:
            assert through_api[target][0] == answer[0] == 200, target
        else:
            status, text = through_api[target]
            assert (status, text.replace(beside.host, head.host)) == answer, target
    assert sum(status == 200 for status, _ in through_api.values()) > 30

    # What one changes the other one knows.
    name = head.create_project()
    until("the api node knows the head's project", lambda: name in beside.rest().call("GET", "project").text)
    project = beside.login(name, tmp_path)
    rows = pd.DataFrame({"id": [1], "x": [2.0]})
    again = Session(beside, project, project.get_feature_store(), beside.rest(), tmp_path)
    assert len(online_rows(again.filled(rows, "made_at_api"))) == 1
    hopsworks.logout()


def test_revoked_node_is_cut_off_until_it_joins_again(own: OwnNode, tmp_path: Path) -> None:
    head = own.start()
    beside = ApiNode(tmp_path / "api", own)
    try:
        node = beside.start()
        assert node.rest().call("GET", "project").status_code == 200

        assert head.rest().expect(200, "POST", "hopyard/nodes/api-1/revoke")["name"] == "api-1"
        until("the data door has cut it off", lambda: node.rest().call("GET", "project").status_code == 503, 5.0)
        until("coordination has", lambda: "A node is cut off from coordination" in own.log.read_text(), 5.0)
        assert "does not let this node in" in node.rest().call("GET", "project").text
        assert "which was taken out of the cluster" in own.log.read_text()
        assert head.rest().call("GET", "project").status_code == 200
        beside.kill()

        # With its old certificate it does not come back; with a new token it does.
        shutil.rmtree(beside.data / "identity")
        node = beside.start()
        assert node.rest().call("GET", "project").status_code == 200
    finally:
        if beside.process.poll() is None:
            beside.kill()


def test_only_administrators_revoke_and_no_head_is_revoked(own: OwnNode) -> None:
    head = own.start()
    user = head.create_user()
    assert head.rest(user.key).call("POST", "hopyard/nodes/api-1/revoke").status_code == 403
    answer = head.rest().call("POST", "hopyard/nodes/node1/revoke")
    assert answer.status_code == 400 and "expected: no head" in answer.text
    assert head.rest().call("POST", "hopyard/nodes/A%20b/revoke").status_code == 400
