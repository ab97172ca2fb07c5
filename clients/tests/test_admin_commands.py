"""The administrator's commands of `./hopyard` against the running node."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from support import Node, unique

HOPYARD = Path(__file__).parents[2] / "hopyard"
SECONDS = 120


@pytest.fixture
def hopyard(node: Node):
    data = os.environ.get("HOPYARD_DATA") or pytest.fail("HOPYARD_DATA not set (expected: the node's data directory)", pytrace=False)

    def run(*words: str, url: str = f"https://{node.host}:{node.port}") -> tuple[int, str, str]:
        command = [str(HOPYARD), *words, "--data", data, "--url", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_user_gets_a_key_and_a_place_in_a_project(hopyard, node: Node):
    email, project = f"{unique('u')}@example.org", unique("p")
    assert hopyard("user", "add", email)[0] == 0
    assert email in hopyard("user", "list")[1]
    code, key, _ = hopyard("key", "create", "laptop", email)
    assert code == 0
    assert hopyard("project", "create", project)[0] == 0
    assert hopyard("project", "add-member", project, email, "observer")[0] == 0
    assert f"{email}  Observer" in hopyard("project", "members", project)[1].replace("   ", "  ")
    seen = node.rest(key.strip()).get("project")
    assert [entry["project"]["name"] for entry in seen] == [project]

    assert hopyard("key", "revoke", "laptop", email)[0] == 0
    assert "laptop" not in hopyard("key", "list", email)[1]
    assert hopyard("project", "remove-member", project, email)[0] == 0
    assert hopyard("user", "remove", email)[0] == 0
    assert email not in hopyard("user", "list")[1]
    assert hopyard("project", "remove", project)[0] == 0
    assert project not in hopyard("project", "list")[1]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("user", "add", "nonsense"), 1, "nonsense"),
        (("user", "remove", "nobody@example.org"), 1, "'nobody@example.org' (expected: the e-mail of a user)"),
        (("project", "add-member", "p", "a@example.org", "king"), 1, "expected"),
        (("key", "revoke", "nothing"), 1, "expected: a key of the user"),
        (("key", "invent"), 2, "hopyard key create KEYNAME"),
    ],
)
def test_wrong_words_are_told_what_was_expected(hopyard, words: tuple[str, ...], code: int, message: str):
    got, out, err = hopyard(*words)
    assert got == code, out + err
    assert message in err
    assert "java." not in err


def test_a_node_that_is_not_there_is_named(hopyard, node: Node):
    code, _, err = hopyard("user", "list", url=f"https://{node.host}:1")
    assert code == 1
    assert f"nothing listens at {node.host}:1" in err


def test_the_node_is_listed_with_its_state_and_parts(hopyard, node: Node):
    code, out, err = hopyard("nodes")
    assert code == 0, err
    header, line = out.splitlines()
    assert header.split() == ["NAME", "ROLES", "ZONE", "VERSION", "STATE", "WISHED", "SINCE", "HEALTH"]
    assert "head,worker,data,broker" in line and "serving" in line and line.endswith("ok (leads)")

    code, out, err = hopyard("nodes", "--json")
    assert code == 0, err
    listed = json.loads(out)["items"]
    assert len(listed) == 1
    assert (listed[0]["state"], listed[0]["wished"], listed[0]["leads"]) == ("serving", "serving", True)
    assert {"online-api", "log", "database"} <= {part["part"] for part in listed[0]["parts"] if part["ready"]}
    assert node.rest().get("hopyard/nodes")["items"][0]["name"] == listed[0]["name"]


def test_the_only_node_can_neither_be_stopped_nor_drained(hopyard):
    name = json.loads(hopyard("nodes", "--json")[1])["items"][0]["name"]
    code, _, err = hopyard("nodes", "stop", name, "--force")
    assert (code, "a majority" in err) == (1, True), err
    code, _, err = hopyard("nodes", "drain", name)
    assert (code, "is the last" in err) == (1, True), err
    code, _, err = hopyard("nodes", "remove", name)
    assert (code, "expected: a node that is stopped or down" in err) == (1, True), err
    code, out, err = hopyard("nodes", "start", name)
    assert (code, f"Node {name} is serving." in out) == (0, True), err


def test_a_wish_that_makes_no_sense_is_told_what_was_expected(hopyard, node: Node):
    name = json.loads(hopyard("nodes", "--json")[1])["items"][0]["name"]
    code, _, err = hopyard("nodes", "drain", name + "x")
    assert (code, f"such as '{name}'" in err) == (1, True), err
    assert hopyard("nodes", "explode", name)[0] == 2
    rest = node.rest()
    for body in ({}, {"wished": 1}, {"wished": "dancing"}, {"wished": "serving", "force": "yes"}):
        answer = rest.call("PUT", f"hopyard/nodes/{name}", json=body)
        assert (body, answer.status_code) == (body, 400)
        assert "expected" in answer.text
    assert rest.call("PUT", "hopyard/nodes/nobody", json={"wished": "stopped"}).status_code == 404
