"""Starts Feast's Python feature server over Redis with the benchmark's rows, and keeps both until input ends.

Prints one line of JSON when the server answers: its address, the path and body of a request, and the process ids whose
CPU time counts. The parent closes our standard input when it is done; then both processes are stopped.

    python feast_peer.py --host 127.0.0.1 --rows 10000 --features 10
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pandas as pd
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64
from rows import tables

READY_SECONDS = 60
STOP_SECONDS = 10


def main() -> int:
    arguments = parse_arguments()
    redis = shutil.which("redis-server")
    if redis is None:
        print("redis-server is not installed (Debian: apt-get install redis-server)", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="hopyard-feast-"))
    children: list[subprocess.Popen] = []
    try:
        redis_port = free_port(arguments.host)
        children.append(start([redis, "--bind", arguments.host, "--port", str(redis_port), "--save", "", "--appendonly", "no"], folder, "redis"))
        await_port(arguments.host, redis_port, children[-1])
        fill(folder, f"{arguments.host}:{redis_port}", arguments.rows, arguments.features)

        port = free_port(arguments.host)
        # One worker: like the broker it is measured against it then has the machine's rest for the load generator.
        # Without `--max-requests 0` a worker restarts after 1,000 requests, in the middle of a measurement.
        feast = [str(Path(sys.executable).with_name("feast")), "--chdir", str(folder), "serve"]
        flags = ["--host", arguments.host, "--port", str(port), "--workers", str(arguments.workers), "--no-access-log", "--max-requests", "0"]
        children.append(start([*feast, *flags], folder, "feast"))
        body = {"feature_service": "bench", "entities": {"id": [1]}}
        await_answer(f"http://{arguments.host}:{port}/get-online-features", body, children[-1], folder)
        print(
            json.dumps(
                {
                    "url": f"http://{arguments.host}:{port}",
                    "path": "/get-online-features",
                    "body": body,
                    "pids": [pid for child in children for pid in with_descendants(child.pid)],
                }
            ),
            flush=True,
        )
        sys.stdin.read()
        return 0
    finally:
        for child in reversed(children):
            stop(child)
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path, redis: str, rows: int, features: int) -> None:
    (folder / "feature_store.yaml").write_text(
        "project: bench\nprovider: local\nregistry: registry.db\n"
        f"online_store:\n  type: redis\n  connection_string: {redis}\n"
        "offline_store:\n  type: file\nentity_key_serialization_version: 3\n"
    )
    entity = Entity(name="id", join_keys=["id"], value_type=ValueType.INT64)
    views, frames = [], tables(rows, features)
    now = pd.Timestamp.now("UTC")
    for name, frame in frames.items():
        frame["event_timestamp"] = now
        source = folder / f"{name}.parquet"
        frame.head(1).to_parquet(source)
        views.append(
            FeatureView(
                name=name,
                entities=[entity],
                ttl=timedelta(0),
                schema=[Field(name=column, dtype=Float64) for column in frame.columns if column.startswith("g")],
                source=FileSource(path=str(source), timestamp_field="event_timestamp"),
            )
        )
    store = FeatureStore(str(folder))
    store.apply([entity, *views, FeatureService(name="bench", features=views)])
    for name, frame in frames.items():
        store.write_to_online_store(name, frame)


def start(command: list[str], folder: Path, name: str) -> subprocess.Popen:
    with open(folder / f"{name}.log", "w") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder)


def with_descendants(pid: int) -> list[int]:
    """A process and all that it started: the feature server's work is done in a worker below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found.extend(with_descendants(int(child)))
    return found


def stop(child: subprocess.Popen) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port(host: str) -> int:
    with socket.create_server((host, 0)) as server:
        return server.getsockname()[1]


def await_port(host: str, port: int, child: subprocess.Popen) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{host}:{port} does not answer (exit code {child.poll()})")


def await_answer(url: str, body: dict, child: subprocess.Popen, folder: Path) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    deadline = time.monotonic() + READY_SECONDS
    last: object = None
    while child.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError) as failure:
            last = failure
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer: {last}\n{(folder / 'feast.log').read_text()[-2000:]}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to bind")
    parser.add_argument("--rows", type=int, default=10_000, help="how many keys")
    parser.add_argument("--features", type=int, default=10, help="how many features over three groups")
    parser.add_argument("--workers", type=int, default=1, help="processes of the feature server")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
