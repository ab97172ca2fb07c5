"""The administrator's commands of `./hopyard` against the running node."""

from __future__ import annotations

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
