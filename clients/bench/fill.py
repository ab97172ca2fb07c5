"""Puts the benchmark's rows into a Hopyard node with the official client and makes views over them.

Prints one line of JSON: by number of features the path and body of a feature-vector request.

    python fill.py --host 127.0.0.1 --port 8443 --api-key-file KEY --rows 10000 --features 10,50
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hopsworks
from hopsworks.client.exceptions import ProjectException
from rows import tables

PROJECT = "bench"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-key-file", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--features", default="10", help="numbers of features with commas in between, a view of each")
    arguments = parser.parse_args()

    with contextlib.redirect_stdout(sys.stderr), project(arguments) as opened:
        store = opened.get_feature_store()
        views = {features: fill(store, arguments.rows, int(features)) for features in arguments.features.split(",")}
    print(json.dumps(views))
    return 0


@contextlib.contextmanager
def project(arguments: argparse.Namespace) -> Iterator[Any]:
    """The project of the benchmarks, made when it is not there."""
    key = arguments.api_key_file.read_text().strip()
    with tempfile.TemporaryDirectory() as folder:

        def login(name: str | None):
            return hopsworks.login(
                host=arguments.host, port=arguments.port, project=name, api_key_value=key, cert_folder=folder, engine="python"
            )

        try:
            opened = login(PROJECT)
        except ProjectException:
            # Where there are several projects, login asks for one at the keyboard; any will do to create another.
            sys.stdin = io.StringIO("1\n")
            login(None)
            hopsworks.create_project(PROJECT)
            opened = login(PROJECT)
        yield opened
        hopsworks.logout()


def fill(store: Any, rows: int, features: int) -> dict[str, Any]:
    query = None
    for name, frame in tables(rows, features).items():
        group = store.get_or_create_feature_group(
            name, version=1, primary_key=["id"], online_enabled=True, statistics_config=False
        )
        group.insert(frame, wait=True, write_options={"start_offline_materialization": False, "online_ingestion_options": {"timeout": 240, "period": 0.2}})
        columns = group.select_except(["id"])
        query = columns if query is None else query.join(columns, on=["id"])
    name = f"bench{features}"
    store.get_or_create_feature_view(name, query=query, version=1)
    return {
        "path": "/0.1.0/feature_store",
        "batchPath": "/0.1.0/batch_feature_store",
        "body": {"featureStoreName": PROJECT, "featureViewName": name, "featureViewVersion": 1},
    }


if __name__ == "__main__":
    sys.exit(main())
