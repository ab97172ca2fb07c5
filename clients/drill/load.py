"""Calls Hopyard with the unmodified official client while a drill breaks nodes, and says what became of each call.

`./hopyard drill` starts this and speaks to it by lines: `start ROWS`, `stop`, `check`, and the end of the input ends it. It
answers in lines of JSON; times are nanoseconds of the machine's monotonic clock, which Java's `System.nanoTime` is, too.

As the documentation recommends, the client is given one name for all heads and one for all brokers. There is no DNS for a
drill, so the names are resolved here; what answers, and whom the client asks next, is the client's own business. A call that
fails is made again for as long as a user would wait; each failed attempt is reported, and whether the call failed in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hopsworks
import pandas as pd
from hopsworks.client.exceptions import ProjectException

PROJECT = "drill"
SERVED_ROWS = 1_000
KEYS = 5_000
PATIENCE_SECONDS = 30.0
PROGRESS_SECONDS = 60.0
PAUSE_SECONDS = 0.02

OUT = sys.stdout
OUT_LOCK = threading.Lock()


def say(**line: Any) -> None:
    with OUT_LOCK:
        print(json.dumps(line), file=OUT, flush=True)


def resolve_here(names: dict[str, list[str]]) -> None:
    """What a DNS server with several addresses per name would answer, in another order each time."""
    elsewhere = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any):
        addresses = names.get(host)
        if addresses is None:
            return elsewhere(host, *arguments, **options)
        return [found for address in random.sample(addresses, len(addresses)) for found in elsewhere(address, *arguments, **options)]

    socket.getaddrinfo = getaddrinfo


class Calls:
    """One kind of call, made again and again by a thread until it is stopped."""

    def __init__(self, kind: str, once: Callable[[], None]):
        self.kind = kind
        self.once = once
        self.running = threading.Event()
        self.ended = threading.Event()
        self.ended.set()

    def start(self) -> None:
        self.running.set()
        self.ended.clear()
        threading.Thread(target=self.run, name=self.kind, daemon=True).start()

    def run(self) -> None:
        try:
            while self.running.is_set():
                self.call()
                time.sleep(PAUSE_SECONDS)
        finally:
            self.ended.set()

    def call(self) -> None:
        """Made again until it succeeds or the user's patience is over."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            begin = time.monotonic_ns()
            error = None
            try:
                self.once()
            except Exception as failure:  # whatever a user would see
                error = f"{type(failure).__name__}"
                print(f"{self.kind}: {failure}", file=sys.stderr, flush=True)
            over = time.monotonic() > patience
            say(event="call", kind=self.kind, begin=begin, end=time.monotonic_ns(), error=error, failed=error is not None and over)
            if error is None or over or not self.running.is_set():
                return
            time.sleep(PAUSE_SECONDS)

    def stop(self) -> None:
        self.running.clear()


class Wrong(Exception):
    """An answer that must not be given."""


class Load:
    """What is called, and what must be there afterwards."""

    def __init__(self, store: Any):
        self.store = store
        self.problems: list[str] = []
        self.lock = threading.Lock()
        self.described = 0
        self.describing = 0
        self.insert_rows = 50
        self.round = 0
        self.expected: dict[int, float] = {}
        self.unsure: dict[int, set[float]] = {}
        self.ingestions: list[tuple[int, int]] = []

        self.served = self.group("served")
        self.insert(self.served, pd.DataFrame({"id": range(SERVED_ROWS), "value": [key * 0.5 for key in range(SERVED_ROWS)]}))
        self.view = store.get_or_create_feature_view("served", query=self.served.select_except(["id"]), version=1)
        self.view.init_serving(init_rest_client=True, config_rest_client={"timeout": 5})
        self.inserted = self.group("inserted")
        self.insert(self.inserted, pd.DataFrame({"id": [-1], "value": [0.0]}))
        self.calls = [
            Calls("metadata calls", self.metadata),
            Calls("inserts", self.insert_next),
            Calls("vector reads", self.read),
        ]

    def group(self, name: str) -> Any:
        return self.store.get_or_create_feature_group(
            name, version=1, primary_key=["id"], online_enabled=True, statistics_config=False
        )

    def wrong(self, what: str) -> None:
        with self.lock:
            self.problems.append(what)

    def metadata(self) -> None:
        """Changes a description and reads it back, which must be what was acknowledged last."""
        found = self.store.get_feature_group("served", version=1)
        said = int(found.description or 0)
        if not self.described <= said <= self.describing:
            self.wrong(f"description {said} (expected: {self.described} to {self.describing})")
        self.describing = max(self.described, said) + 1
        found.update_description(str(self.describing))
        self.described = self.describing

    def insert(self, group: Any, rows: pd.DataFrame) -> None:
        """Returns when every row has been accounted for, exactly once."""
        group.insert(
            rows,
            wait=True,
            write_options={
                "start_offline_materialization": False,
                "online_ingestion_options": {"timeout": PROGRESS_SECONDS, "period": 0.1},
            },
        )
        ingestion = group.get_latest_online_ingestion()
        counted = sum(result.rows for result in ingestion.results)
        if counted > len(rows):
            self.wrong(f"ingestion {ingestion.id} counts {counted} rows of {len(rows)}")
        if any(result.rows and result.status != "UPSERTED" for result in ingestion.results):
            self.wrong(f"ingestion {ingestion.id}: {[(result.status, result.rows) for result in ingestion.results]}")
        if counted < len(rows):
            raise TimeoutError(f"ingestion {ingestion.id} counts {counted} of {len(rows)} rows")
        self.ingestions.append((ingestion.id, len(rows)))

    def insert_next(self) -> None:
        """Rows that overlap with those before: each key must end with the value that was written last."""
        self.round += 1
        value = float(self.round)
        first = self.round * self.insert_rows // 2
        keys = [key % KEYS for key in range(first, first + self.insert_rows)]
        for key in keys:
            self.unsure.setdefault(key, set()).add(value)
        self.insert(self.inserted, pd.DataFrame({"id": keys, "value": [value] * len(keys)}))
        for key in keys:
            self.expected[key] = value
            self.unsure.pop(key, None)

    def read(self) -> None:
        keys = random.sample(range(SERVED_ROWS), 10)
        vectors = self.view.get_feature_vectors([{"id": key} for key in keys])
        if [vector[0] for vector in vectors] != [key * 0.5 for key in keys]:
            self.wrong(f"vectors of {keys}: {vectors}")

    def start(self, rows: int) -> None:
        self.insert_rows = min(rows, KEYS)
        for calls in self.calls:
            calls.start()

    def stop(self) -> None:
        for calls in self.calls:
            calls.stop()
        for calls in self.calls:
            if not calls.ended.wait(PATIENCE_SECONDS + PROGRESS_SECONDS):
                self.wrong(f"{calls.kind}: a call did not end within {PATIENCE_SECONDS + PROGRESS_SECONDS:g} s")

    def stored(self) -> dict[int, float]:
        """Reads back by SQL. The client finds out that a connection of its pool has died with its broker when it uses it."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                rows = self.inserted.read(online=True)
            except Exception as failure:  # whatever a user would see
                if time.monotonic() > patience:
                    raise
                print(f"rows read back: {failure}", file=sys.stderr, flush=True)
                time.sleep(PAUSE_SECONDS)
            else:
                return dict(zip(rows["id"], rows["value"], strict=True))

    def check(self) -> tuple[list[str], list[str]]:
        """Reads everything back; says what is wrong, and how much there was."""
        stored = self.stored()
        lost = wrong = 0
        for key, value in self.expected.items():
            found = stored.get(key)
            if found is None:
                lost += 1
            elif found != value and found not in self.unsure.get(key, ()):
                wrong += 1
        if lost:
            self.wrong(f"{lost} of {len(self.expected)} inserted keys are not there")
        if wrong:
            self.wrong(f"{wrong} of {len(self.expected)} inserted keys do not have the value that was written last")
        for number, rows in self.ingestions:
            results = self.inserted.get_online_ingestion(number).results if number is not None else []
            counted = sum(result.rows for result in results)
            if counted != rows:
                self.wrong(f"ingestion {number} counts {counted} rows in the end (expected: {rows})")
        total = sum(rows for _, rows in self.ingestions)
        notes = [f"official client: {len(self.ingestions)} inserts, {total} rows counted exactly, {len(self.expected)} keys read back"]
        found, self.problems = self.problems, []
        self.ingestions = []
        return found, notes


def opened(arguments: argparse.Namespace, folder: str) -> Any:
    def login(project: str | None) -> Any:
        return hopsworks.login(
            host=arguments.head_name, port=8443, project=project, api_key_value=arguments.api_key_file.read_text().strip(),
            cert_folder=folder, engine="python",
        )

    try:
        return login(PROJECT)
    except ProjectException:
        login(None)
        hopsworks.create_project(PROJECT)
        return login(PROJECT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--head-name", required=True)
    parser.add_argument("--heads", required=True, help="addresses of that name, with commas")
    parser.add_argument("--broker-name", required=True)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--api-key-file", type=Path, required=True)
    arguments = parser.parse_args()
    resolve_here({arguments.head_name: arguments.heads.split(","), arguments.broker_name: arguments.brokers.split(",")})

    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory(prefix="hopyard-drill-") as folder:
        load = Load(opened(arguments, folder).get_feature_store())
        load.ingestions = []
        say(event="ready", path="/0.1.0/batch_feature_store", rows=SERVED_ROWS,
            body={"featureStoreName": PROJECT, "featureViewName": "served", "featureViewVersion": 1})
        for line in sys.stdin:
            command, *words = line.split()
            if command == "start":
                load.start(int(words[0]))
            elif command == "stop":
                load.stop()
                say(event="stopped")
            elif command == "check":
                problems, notes = load.check()
                say(event="checked", problems=problems, notes=notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
