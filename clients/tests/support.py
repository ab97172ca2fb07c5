"""What the tests share: the node under test, plain REST beside the official client, and waiting with a deadline."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hopsworks
import pandas as pd
import requests
import urllib3

API = "/hopsworks-api/api"
ONLINE_PORT = int(os.environ.get("HOPYARD_ONLINE_PORT", "4406"))
MYSQL_PORT = int(os.environ.get("HOPYARD_MYSQL_PORT", "3306"))
REQUEST_SECONDS = 30
WAIT_SECONDS = 30.0
REVOKED_WITHIN_SECONDS = 5.0

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


class Rest:
    """Plain REST with one API key, for what the client cannot say (bad input) and for what it hides (statuses)."""

    def __init__(self, host: str, port: int, key: str | None):
        self.host = host
        self.port = port
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = False

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if self.key is not None:
            headers.setdefault("Authorization", f"ApiKey {self.key}")
        url = f"https://{self.host}:{self.port}{API}/{path}"
        return self.session.request(method, url, headers=headers, timeout=REQUEST_SECONDS, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.expect(200, "GET", path, **options)

    def expect(self, status: int, method: str, path: str, **options: Any) -> Any:
        answer = self.call(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def error(self, method: str, path: str, **options: Any) -> tuple[int, int | None]:
        """The HTTP status and the error code of a call that must fail with a JSON error."""
        answer = self.call(method, path, **options)
        assert answer.status_code >= 400, f"{method} {path} was accepted: {answer.status_code} {answer.text}"
        body = answer.json()
        assert body.get("errorMsg"), body
        assert not any(word in answer.text for word in ("\tat ", "Exception in", "java.lang")), answer.text
        return answer.status_code, body.get("errorCode")


class Online:
    """Plain HTTP to the online API."""

    def __init__(self, host: str, key: str | None, port: int = ONLINE_PORT):
        self.base = f"https://{host}:{port}"
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = False

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if self.key is not None:
            headers.setdefault("X-API-KEY", self.key)
        return self.session.request(method, self.base + path, headers=headers, timeout=REQUEST_SECONDS, **options)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.call("POST", f"/0.1.0/{path}", json=body)


@dataclass
class User:
    """A user of the node with an API key of its own."""

    id: int
    email: str
    key: str
    key_name: str


@dataclass
class Node:
    """The node that the tests run against."""

    host: str
    port: int
    key: str

    def rest(self, key: str | None = None) -> Rest:
        return Rest(self.host, self.port, self.key if key is None else key)

    def stranger(self) -> Rest:
        """REST without any key."""
        rest = self.rest()
        rest.key = None
        return rest

    def online(self, key: str | None = None) -> Online:
        return Online(self.online_host(), self.key if key is None else key)

    def online_host(self) -> str:
        return self.variable("loadbalancer_external_domain_online_store_rest_server")

    def mysql_host(self) -> str:
        return self.variable("loadbalancer_external_domain_mysqld")

    def variable(self, name: str) -> str:
        return self.rest().get(f"variables/{name}")["successMessage"]

    def create_project(self, name: str | None = None) -> str:
        name = name or unique("p")
        self.rest().expect(201, "POST", f"project?projectName={name}", json={"projectName": name, "description": None})
        return name

    def create_user(self) -> User:
        """A plain user, member of nothing."""
        short = unique("u")
        email = f"{short}@example.org"
        created = self.rest().expect(
            201,
            "POST",
            "admin/users",
            params={"accountType": "M_ACCOUNT_TYPE", "email": email, "givenName": "Test", "surname": short,
                    "role": "HOPS_USER", "status": "ACTIVATED_ACCOUNT"},
        )
        key_name = unique("k")
        made = self.rest().expect(201, "POST", f"admin/users/{created['id']}/apiKey", json={"name": key_name})
        return User(created["id"], email, made["key"], key_name)

    def revoke(self, user: User) -> None:
        self.rest().expect(204, "DELETE", f"admin/users/{user.id}/apiKey/{user.key_name}")

    def login(self, project: str | None, folder: Path, key: str | None = None) -> Any:
        return hopsworks.login(
            host=self.host,
            port=self.port,
            project=project,
            api_key_value=self.key if key is None else key,
            cert_folder=str(folder),
            engine="python",
        )


@dataclass
class Session:
    """The official client, logged into a project that this test made for itself."""

    node: Node
    project: Any
    store: Any
    rest: Rest
    folder: Path

    @property
    def name(self) -> str:
        return self.project.name

    @property
    def database(self) -> str:
        return self.project.name.lower()

    @property
    def path(self) -> str:
        """The REST path of the feature store."""
        return f"project/{self.project.id}/featurestores/{self.store.id}"

    def group(self, name: str = "tx", **options: Any) -> Any:
        options.setdefault("version", 1)
        options.setdefault("primary_key", ["id"])
        options.setdefault("online_enabled", True)
        options.setdefault("statistics_config", False)
        return self.store.get_or_create_feature_group(name=name, **options)

    def filled(self, rows: pd.DataFrame, name: str = "tx", **options: Any) -> Any:
        """A feature group that holds these rows online."""
        group = self.group(name, **options)
        insert(group, rows)
        return group

    def online(self) -> Online:
        return self.node.online()


def insert(group: Any, rows: pd.DataFrame, **options: Any) -> dict[str, int]:
    """Inserts, waits until every row is accounted for, and returns the rows per status."""
    write_options = {
        "start_offline_materialization": False,
        "online_ingestion_options": {"timeout": WAIT_SECONDS, "period": 0.1, **options.pop("ingestion", {})},
        **options.pop("write_options", {}),
    }
    group.insert(rows, wait=True, write_options=write_options, **options)
    return counts(group)


def counts(group: Any) -> dict[str, int]:
    """Rows per status of the newest ingestion."""
    ingestion = group.get_latest_online_ingestion()
    found: dict[str, int] = {}
    for result in ingestion.results:
        found[result.status] = found.get(result.status, 0) + result.rows
    return {status: rows for status, rows in found.items() if rows}


def online_rows(group: Any) -> pd.DataFrame:
    """The whole group as the online store has it, sorted by key."""
    return group.read(online=True).sort_values(group.primary_key).reset_index(drop=True)


def remove(group: Any, rows: pd.DataFrame) -> dict[str, int]:
    group.remove_rows(
        rows,
        storage="online",
        write_options={
            "wait_for_online_ingestion": True,
            "online_ingestion_options": {"timeout": WAIT_SECONDS, "period": 0.1},
        },
    )
    return counts(group)


def until(claim: str, check: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """Polls until the check is true (or returns a true value), and fails with the claim when time is up."""
    deadline = time.monotonic() + seconds
    last: Any = None
    while True:
        try:
            last = check()
            if last:
                return last
        except AssertionError as failure:
            last = failure
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {claim} (last: {last!r})")
        time.sleep(0.05)


def unique(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(5)}"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@contextlib.contextmanager
def serving(view: Any, client: str, **options: Any) -> Iterator[Any]:
    """A view whose vectors come through one of the two online clients; its connections are closed at the end.

    The REST client is one per process. It keeps the key and the certificates of the log-in it was made in, and a reset
    alone does not change that: only a reset with some configuration looks at the new log-in.
    """
    if client == "rest":
        options |= {
            "init_rest_client": True,
            "reset_rest_client": True,
            "config_rest_client": {"timeout": REQUEST_SECONDS},
        }
    view.init_serving(**options)
    try:
        yield view
    finally:
        server = getattr(view, "_vector_server", None)
        sql = getattr(server, "_sql_client", None)
        if sql is not None:
            sql._close()


def tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
