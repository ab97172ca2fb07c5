"""Fixtures: one node for the whole run, and for each test a project of its own."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hopsworks
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from own_node import OwnNode  # noqa: E402
from support import Node, Session, User  # noqa: E402

# The client closes its connections again when the interpreter ends, and logs that into output that pytest has closed.
logging.raiseExceptions = False

REQUIRED = ("HOPYARD_HOST", "HOPYARD_PORT", "HOPYARD_API_KEY")


@pytest.fixture(scope="session")
def node() -> Node:
    missing = [name for name in REQUIRED if not os.environ.get(name)]
    if missing:
        pytest.fail(
            f"{', '.join(missing)} not set (expected: address, port and admin key of a running node; "
            "`./hopyard check` starts one and sets them)",
            pytrace=False,
        )
    return Node(os.environ["HOPYARD_HOST"], int(os.environ["HOPYARD_PORT"]), os.environ["HOPYARD_API_KEY"].strip())


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnNode]:
    """A node for one test alone, not started yet."""
    node = OwnNode(tmp_path)
    yield node
    if node.process is not None and node.process.poll() is None:
        node.kill()


@pytest.fixture
def session(node: Node, tmp_path: Path) -> Iterator[Session]:
    """The official client, logged in as the admin, in a new project."""
    name = node.create_project()
    project = node.login(name, tmp_path)
    yield Session(node, project, project.get_feature_store(), node.rest(), tmp_path)
    hopsworks.logout()


@pytest.fixture
def user(node: Node) -> User:
    """A second user, member of no project."""
    return node.create_user()


@pytest.fixture(params=["sql", "rest"])
def client(request: pytest.FixtureRequest) -> str:
    """Each test of vectors runs with the default client and with the REST client."""
    return request.param


@pytest.fixture(autouse=True)
def logged_out() -> Iterator[None]:
    yield
    hopsworks.logout()
