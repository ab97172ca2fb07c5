"""Puts the benchmark's rows into a Hopyard node with the official client and makes a view over them.

Prints one line of JSON: the path and body of a feature-vector request.

    python fill.py --host 127.0.0.1 --port 8443 --api-key-file KEY --rows 10000 --features 10
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path

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
    parser.add_argument("--features", type=int, default=10)
    arguments = parser.parse_args()
    key = arguments.api_key_file.read_text().strip()

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):

        def login(project: str | None):
            return hopsworks.login(
                host=arguments.host, port=arguments.port, project=project, api_key_value=key, cert_folder=folder, engine="python"
            )

        try:
            project = login(PROJECT)
        except ProjectException:
            # Where there are several projects, login asks for one at the keyboard; any will do to create another.
            sys.stdin = io.StringIO("1\n")
            login(None)
            hopsworks.create_project(PROJECT)
            project = login(PROJECT)
        store = project.get_feature_store()
        query = None
        for name, frame in tables(arguments.rows, arguments.features).items():
            group = store.get_or_create_feature_group(
                name, version=1, primary_key=["id"], online_enabled=True, statistics_config=False
            )
            group.insert(frame, wait=True, write_options={"start_offline_materialization": False, "online_ingestion_options": {"timeout": 240, "period": 0.2}})
            columns = group.select_except(["id"])
            query = columns if query is None else query.join(columns, on=["id"])
        view = store.get_or_create_feature_view(f"bench{arguments.features}", query=query, version=1)
        names = [feature.name for feature in view.features]
        hopsworks.logout()
    body = {
        "featureStoreName": PROJECT,
        "featureViewName": f"bench{arguments.features}",
        "featureViewVersion": 1,
        "entries": {"id": 1},
    }
    print(json.dumps({"path": "/0.1.0/feature_store", "batchPath": "/0.1.0/batch_feature_store", "body": body, "features": names}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
