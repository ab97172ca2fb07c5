"""Kills a node of its own with SIGKILL while it works, starts it again on the same data, and counts what is there."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import hopsworks
import pandas as pd
import requests
from hsfs.core import kafka_engine
from own_node import ADDRESS, HOPYARD, READY_SECONDS, OwnNode
from support import REQUEST_SECONDS, Node, Session, counts, online_rows, until

ROWS = 20_000
KEYS_PER_READ = 100


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


def test_after_a_kill_features_are_read_while_the_log_still_starts(own: OwnNode, tmp_path: Path):
    node = own.start()
    project = node.create_project()
    group = group_of(node, project, tmp_path)
    group.insert(rows(0, 100), wait=True, write_options={"start_offline_materialization": False})
    login = node.login(project, tmp_path)
    session = Session(node, login, login.get_feature_store(), node.rest(), tmp_path)
    own.kill()

    own.launch()
    until("rows are read", lambda: answers_at_all(session) and not missing(session, range(0, 100)), READY_SECONDS)
    assert session.rest.get("project")
    health = readiness()
    parts = {part["part"]: part for part in health.json()["parts"]}
    assert health.status_code == 503
    assert parts["online-api"]["ready"] and parts["mysql-door"]["ready"] and parts["rest-api"]["ready"]
    assert (parts["log"]["ready"], parts["log"]["detail"]) == (False, "Starts.")
    assert not parts["rest-writes"]["ready"]

    own.await_ready()
    until("the node says that it is ready", lambda: readiness().status_code == 200)
    assert own.stop() == 0


def readiness() -> requests.Response:
    return requests.get(f"http://{ADDRESS}:8081/ready", timeout=REQUEST_SECONDS)


def answers_at_all(session: Session) -> bool:
    try:
        return session.online().call("GET", "/0.1.0/health").status_code == 200
    except requests.ConnectionError:
        return False


class Sender:
    """Sends rows one after the other, each at most once, and remembers which of them the log acknowledged."""

    FIRST_ID = 1_000_000

    def __init__(self, group: Any):
        options = {"kafka_producer_config": {"message.send.max.retries": 0, "message.timeout.ms": 3000, "linger.ms": 5}}
        self.topic = group._online_topic_name
        self.producer, self.headers, self.encoders, self.writer = kafka_engine._get_kafka_resources(
            group, options, num_entries=1_000_000
        )
        self.sent = 0
        self.acknowledged: set[int] = set()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        while not self.stopped.is_set():
            key = self.FIRST_ID + self.sent
            row = kafka_engine._encode_row(self.encoders, self.writer, {"id": key, "amount": key * 0.5})
            try:
                self.producer.produce(self.topic, key=str(key), value=row, headers=self.headers,
                                      callback=lambda error, _, key=key: error or self.acknowledged.add(key))
            except BufferError:  # the node is dead and nothing goes out any more
                return
            self.sent += 1
            self.producer.poll(0)

    def finish(self) -> None:
        self.stopped.set()
        self.thread.join(timeout=30)
        assert self.producer.flush(30) == 0


def rows_in_log(group: Any) -> int:
    ends = kafka_engine._kafka_get_offsets(group._online_topic_name, group.feature_store_id, {}, high=True)
    return sum(int(part.split(":")[1]) for part in ends.split(",")[1:])


def test_killed_while_the_producer_sends_every_acknowledged_row_is_there_once(own: OwnNode, tmp_path: Path):
    node = own.start()
    project = node.create_project()
    group = group_of(node, project, tmp_path)
    first = 10
    group.insert(rows(0, first), wait=True, write_options={"start_offline_materialization": False})
    sender = Sender(group)
    sender.thread.start()
    until("the log acknowledges rows", lambda: len(sender.acknowledged) > 5_000)
    own.kill()
    sender.finish()
    hopsworks.logout()
    assert len(sender.acknowledged) < sender.sent, "the kill came when nothing was on its way"

    node = own.start()
    login = node.login(project, tmp_path)
    session = Session(node, login, login.get_feature_store(), node.rest(), tmp_path)
    group = session.store.get_feature_group("tx", version=1)
    logged = rows_in_log(group) - first
    assert len(sender.acknowledged) <= logged <= sender.sent

    until("every logged row is counted", lambda: counts(group) == {"UPSERTED": logged})
    found = set(online_rows(group)["id"]) - set(range(first))
    assert len(found) == logged
    assert sender.acknowledged <= found
    assert missing(session, range(0, first)) == set()
    oldest = min(sender.acknowledged)
    assert missing(session, range(oldest, oldest + 1_000)) & sender.acknowledged == set()
    assert counts(group) == {"UPSERTED": logged}
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
