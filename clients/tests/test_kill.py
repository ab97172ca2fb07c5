"""Kills a node of its own with SIGKILL while it works, starts it again on the same data, and counts what is there."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hopsworks
import pandas as pd
import pytest

from support import Node, Session, until

HOPYARD = Path(__file__).parents[2] / "hopyard"
ADDRESS = "127.0.19.7"
READY_SECONDS = 120
ROWS = 20_000
KEYS_PER_READ = 100


class OwnNode:
    """A node in a process of its own, which may be killed and started again on the same directory."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        self.log = folder / "node.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> Node:
        with self.log.open("w") as log:
            command = [str(HOPYARD), "up", "--data", str(self.data), "--set", f"node.address={ADDRESS}"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        end = time.monotonic() + READY_SECONDS
        while "\nReady after" not in self.log.read_text():
            assert self.process.poll() is None, f"the node ended: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < end, f"the node is not ready: {self.log.read_text()[-3000:]}"
            time.sleep(0.1)
        return Node(ADDRESS, 8443, (self.data / "admin.key").read_text())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnNode]:
    node = OwnNode(tmp_path)
    yield node
    if node.process is not None and node.process.poll() is None:
        node.kill()


def group_of(node: Node, project: str, folder: Path):
    store = node.login(project, folder).get_feature_store()
    return store.get_or_create_feature_group("tx", version=1, primary_key=["id"], online_enabled=True)


def rows(first: int, count: int) -> pd.DataFrame:
    ids = range(first, first + count)
    return pd.DataFrame({"id": list(ids), "amount": [number * 0.5 for number in ids]})


def missing(session: Session, ids: range) -> set[int]:
    """The keys that the online API does not return with their value."""
    online = session.node.online()
    gone = set()
    for first in range(ids.start, ids.stop, KEYS_PER_READ):
        part = range(first, min(first + KEYS_PER_READ, ids.stop))
        path = f"{session.project.name.lower()}/tx_1/pk-read"
        operations = [
            {"method": "POST", "relative-url": path, "body": {"filters": [{"column": "id", "value": key}]}} for key in part
        ]
        answer = online.post("batch", {"operations": operations})
        assert answer.status_code == 200, answer.text
        for key, result in zip(part, answer.json()["result"], strict=True):
            if result["code"] != 200 or result["body"]["data"]["amount"] != key * 0.5:
                gone.add(key)
    return gone


def test_a_killed_node_loses_no_row_that_the_log_took_and_counts_each_once(own: OwnNode, tmp_path: Path):
    node = own.start()
    project = node.create_project()
    options = {"start_offline_materialization": False}
    first = group_of(node, project, tmp_path)
    first.insert(rows(0, 1_000), wait=True, write_options=options)
    first.insert(rows(1_000, ROWS), write_options={**options, "wait_for_online_ingestion": False})
    own.kill()
    hopsworks.logout()

    node = own.start()
    login = node.login(project, tmp_path)
    session = Session(node, login, login.get_feature_store(), node.rest(), tmp_path)
    made = session.store.get_feature_group("tx", version=1)
    path = f"project/{login.id}/featurestores/{login.id}/featuregroups/{made.id}/online_ingestion?filter_by=LATEST"

    def everything_is_counted() -> bool:
        ingestion = session.rest.get(path)
        ingestion = ingestion["items"][0] if "items" in ingestion else ingestion
        assert ingestion["numEntries"] == ROWS
        counted = sum(result["rows"] for result in ingestion["results"])
        assert counted <= ROWS, ingestion
        return counted == ROWS

    until("every row is counted once", everything_is_counted)
    assert missing(session, range(0, 1_000 + ROWS)) == set()
    assert own.stop() == 0


def test_killed_while_groups_are_made_nothing_is_half_done(own: OwnNode, tmp_path: Path):
    node = own.start()
    project = node.create_project()
    login = node.login(project, tmp_path)
    groups = f"project/{login.id}/featurestores/{login.id}/featuregroups"

    def body(number: int) -> dict:
        key = {"name": "id", "type": "bigint", "primary": True}
        return {"name": f"g{number}", "version": 1, "type": "streamFeatureGroupDTO", "onlineEnabled": True,
                "timeTravelFormat": "ICEBERG", "features": [key, {"name": "x", "type": "double"}]}

    answered: dict[int, int] = {}

    def make(numbers: range) -> None:
        rest = node.rest()
        for number in numbers:
            try:
                answered[number] = rest.call("POST", groups, json=body(number)).status_code
            except OSError:
                return

    makers = [threading.Thread(target=make, args=(range(start, start + 100),)) for start in (0, 100, 200)]
    for maker in makers:
        maker.start()
    until("some groups are made", lambda: len(answered) >= 10)
    own.kill()
    for maker in makers:
        maker.join(timeout=60)
    hopsworks.logout()
    assert set(answered.values()) == {201}

    node = own.start()
    rest = node.rest()
    for number in range(300):
        found = rest.call("GET", f"{groups}/g{number}", params={"version": 1})
        if number in answered:
            assert found.status_code == 200, f"g{number} was acknowledged: {found.text}"
        if found.status_code != 200:
            assert found.json()["errorCode"] == 270009, found.text
            if number % 100 <= 20:
                assert rest.call("POST", groups, json=body(number)).status_code == 201, f"g{number}"
    assert own.stop() == 0


def test_a_second_process_on_the_same_data_is_refused(own: OwnNode):
    own.start()
    second = subprocess.run(
        [str(HOPYARD), "up", "--data", str(own.data), "--set", f"node.address={ADDRESS}"],
        capture_output=True, text=True, timeout=READY_SECONDS, check=False,
    )
    assert second.returncode == 1
    assert "another Hopyard process uses it" in second.stdout + second.stderr


def test_settings_that_cannot_be_used_are_all_told(tmp_path: Path):
    wrong = subprocess.run(
        [str(HOPYARD), "up", "--data", str(tmp_path), "--set", "rest.prot=1", "--set", "log.port=x"],
        capture_output=True, text=True, timeout=READY_SECONDS, check=False, env=dict(os.environ),
    )
    assert wrong.returncode == 2
    assert "rest.prot: no such setting (did you mean rest.port?)" in wrong.stderr
    assert "log.port: 'x' (expected: a whole number from 1 to 65535)" in wrong.stderr
