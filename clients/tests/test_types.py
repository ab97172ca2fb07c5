"""Every feature type makes the round trip unchanged: nulls, extremes, non-ASCII; by all three readers."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hsfs import engine
from hsfs.feature import Feature
from support import Session, insert, serving, until

D = decimal.Decimal
NAUGHTY = ["", " ", "å∫ç", "日本語", "🦊🚀", "'\"\\;--", "a\nb\tc\r", "\x00x", "e\u0301", "NULL", "<b>&amp;", "%s {} :x ?"]


@dataclass(frozen=True)
class Case:
    """A feature type and values that must come back as they were."""

    type: str
    arrow: pa.DataType
    values: list[Any]
    online_type: str | None = None
    rest: Callable[[Any], Any] = lambda value: value
    sql: Callable[[Any], Any] = lambda value: value

    def __str__(self) -> str:
        return self.type


SIMPLE = [
    Case("boolean", pa.bool_(), [True, False, None]),
    Case("int", pa.int32(), [0, 1, -1, 2**31 - 1, -(2**31), None]),
    Case("bigint", pa.int64(), [0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1, None]),
    Case("float", pa.float32(), [0.0, 1.5, -1.1, 3.4028234e38, 1.1754944e-38, 1e-45, None]),
    Case("double", pa.float64(), [0.0, 0.1, -1 / 3, 1.7976931348623157e308, 5e-324, 1e22, 123456789.123456789, None]),
    Case("string", pa.string(), [*NAUGHTY, "x" * 100, "ä" * 100, None]),
    Case("binary", pa.binary(), [b"", b"\x00", b"\xff\xfe\x00'\\\"", bytes(range(100)), None]),
    Case("date", pa.date32(), [dt.date(1970, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2024, 2, 29), None]),
    Case(
        "timestamp",
        pa.timestamp("us"),
        [
            dt.datetime(1970, 1, 1),
            dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
            dt.datetime(2026, 3, 29, 2, 30),
            dt.datetime(2026, 1, 1, 0, 0, 0, 1),
            dt.datetime(1, 1, 1),
            dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
            None,
        ],
    ),
    Case("decimal(10,2)", pa.decimal128(10, 2), [D("0.00"), D("-0.01"), D("99999999.99"), D("-99999999.99"), None], rest=lambda v: None if v is None else float(v)),
    Case("decimal(38,18)", pa.decimal128(38, 18), [D("12345678901234567890.123456789012345678"), D("-0.000000000000000001"), None], rest=lambda v: None if v is None else float(v)),
]

COMPLEX = [
    Case("array<double>", pa.list_(pa.float64()), [[], [1.0, 2.5], [0.1, None, -1e300], None]),
    Case("array<bigint>", pa.list_(pa.int64()), [[2**63 - 1, -(2**63)], [None], None]),
    Case("array<string>", pa.list_(pa.string()), [["å", "日本", ""], [None, "x"], [], None]),
    Case("array<boolean>", pa.list_(pa.bool_()), [[True, False, None], None]),
    Case("array<array<int>>", pa.list_(pa.list_(pa.int32())), [[[1, 2], [], [3]], [None, [None]], None]),
    Case(
        "struct<a:bigint,b:string>",
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        [{"a": 1, "b": "ü"}, {"a": None, "b": None}, {"a": -(2**63), "b": ""}, None],
    ),
    Case(
        "struct<p:struct<x:double,y:array<int>>,q:boolean>",
        pa.struct([("p", pa.struct([("x", pa.float64()), ("y", pa.list_(pa.int32()))])), ("q", pa.bool_())]),
        [{"p": {"x": 0.1, "y": [1, None]}, "q": True}, {"p": None, "q": False}, None],
    ),
    Case(
        "array<struct<n:string,v:double>>",
        pa.list_(pa.struct([("n", pa.string()), ("v", pa.float64())])),
        [[{"n": "a", "v": 1.5}, None], [], None],
    ),
]


def table_of(case: Case, values: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": range(len(values)), "v": pd.array(pa.array(values, type=case.arrow), dtype=pd.ArrowDtype(case.arrow))}
    )


def stored_group(session: Session, case: Case) -> Any:
    group = session.group(
        "types",
        features=[Feature("id", "bigint"), Feature("v", case.type, online_type=case.online_type)],
    )
    total = insert(group, table_of(case, case.values))
    assert total == {"UPSERTED": len(case.values)}
    return group


def equal(stored: Any, expected: Any, type_of: str) -> bool:
    if expected is None:
        return stored is None
    if type_of == "float":
        # The shortest text that gives the same single-precision number is as good as any longer one.
        return np.float32(stored) == np.float32(expected)
    return type(stored) is type(expected) and stored == expected


def check(values: list[Any], expected: list[Any], type_of: str = "") -> None:
    assert len(values) == len(expected)
    pairs = enumerate(zip(values, expected, strict=True))
    different = [(at, got, want) for at, (got, want) in pairs if not equal(got, want, type_of)]
    assert not different, f"(row, stored, expected): {different}"


@pytest.mark.parametrize("case", [*SIMPLE, *COMPLEX], ids=str)
def test_a_value_comes_back_as_it_was_in_vectors(session: Session, client: str, case: Case):
    group = stored_group(session, case)
    view = session.store.create_feature_view("v", group.select(["id", "v"]), version=1)
    with serving(view, client):
        singles = [view.get_feature_vector({"id": at}) for at in range(len(case.values))]
        batch = view.get_feature_vectors([{"id": at} for at in range(len(case.values))])
    expected = [expected_value(case, client, value) for value in case.values]
    check([vector[1] for vector in singles], expected, case.type)
    check([vector[1] for vector in batch], expected, case.type)


def expected_value(case: Case, client: str, value: Any) -> Any:
    if client == "rest":
        return case.rest(value)
    if case.type == "boolean" and value is not None:
        return int(value)
    return value


@pytest.mark.parametrize("case", SIMPLE, ids=str)
def test_a_value_comes_back_as_it_was_in_whole_group_reads(session: Session, case: Case):
    group = stored_group(session, case)
    # The client reads into pandas, which has no times outside 1677 to 2262, and no exact bigint beside a null.
    readable = [
        (at, value)
        for at, value in enumerate(case.values)
        if (case.type not in ("timestamp", "date") or value is None or 1700 < value.year < 2200)
        and (case.type != "bigint" or value is not None)
    ]
    key = group.get_feature("id")
    read = group.filter(key.isin([at for at, _ in readable])).read(online=True).sort_values("id")
    for got, (_, want) in zip(read.v.tolist(), readable, strict=True):
        if want is None:
            assert pd.isna(got)
        elif case.type == "float":
            assert np.float32(got) == np.float32(want)
        elif case.type.startswith("decimal"):
            assert float(got) == float(want)  # pandas makes a float of a decimal that comes over SQL
        else:
            assert got == want


@pytest.mark.parametrize("case", COMPLEX, ids=str)
def test_complex_values_are_the_bytes_of_the_log_in_whole_group_reads(session: Session, case: Case):
    """Byte for byte what the client put into the log; a null is null."""
    from hsfs.core import kafka_engine

    group = stored_group(session, case)
    writers, _ = kafka_engine._get_writer_function(group)
    expected = [
        None if value is None else kafka_engine._encode_complex_features(writers, {"v": value})["v"]
        for value in case.values
    ]
    read = group.read(online=True).sort_values("id").v.tolist()
    # A null is the one byte 00 in the log; the store may hand out that or null.
    assert [None if value == b"\x00" else value for value in read] == expected


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("tinyint", [0, 127, -128, None]),
        ("smallint", [0, 32767, -32768, None]),
        ("map<string,bigint>", [{"å": 1, "": -1}, {}, {"x": None}, None]),
        ("map<string,array<double>>", [{"a": [1.0, None]}, {"日": []}, None]),
    ],
)
def test_types_that_dataframes_do_not_have(session: Session, client: str, type: str, values: list[Any]):
    """The client compares types before an insert and pandas has no such types, so the rows go to its writer directly."""
    group = session.group("types", features=[Feature("id", "bigint"), Feature("v", type)])
    group.save()
    rows = pd.DataFrame({"id": range(len(values)), "v": pd.Series(values, dtype=object)})
    engine._get_instance()._write_dataframe_kafka(group, rows, {"wait_for_online_ingestion": True}, "online")
    view = session.store.create_feature_view("v", group.select(["id", "v"]), version=1)
    with serving(view, client):
        vectors = view.get_feature_vectors([{"id": at} for at in range(len(values))])
    check([vector[1] for vector in vectors], values)


def test_a_missing_float_is_null_and_not_a_number(session: Session, client: str):
    rows = pd.DataFrame({"id": [1, 2], "v": [float("nan"), 1.0]})
    group = session.filled(rows)
    view = session.store.create_feature_view("v", group.select(["id", "v"]), version=1)
    with serving(view, client):
        assert view.get_feature_vectors([{"id": 1}, {"id": 2}]) == [[1, None], [2, 1.0]]


def test_numpy_arrays_and_categories_come_back(session: Session, client: str):
    rows = pd.DataFrame(
        {
            "id": [1, 2],
            "embedding": [np.array([0.25, 0.5]), np.array([], dtype=float)],
            "kind": pd.Categorical(["a", "b"]),
        }
    )
    group = session.filled(rows)
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    with serving(view, client):
        assert view.get_feature_vectors([{"id": 1}, {"id": 2}]) == [[1, [0.25, 0.5], "a"], [2, [], "b"]]


def test_a_time_with_a_zone_is_stored_in_utc(session: Session, client: str):
    moment = pd.Timestamp("2026-07-01 12:00:00", tz="Europe/Stockholm")
    group = session.filled(pd.DataFrame({"id": [1], "v": [moment]}))
    view = session.store.create_feature_view("v", group.select(["id", "v"]), version=1)
    with serving(view, client):
        assert view.get_feature_vector({"id": 1})[1] == dt.datetime(2026, 7, 1, 10, 0)


KEYS = [
    Case("int", pa.int32(), [0, -1, 2**31 - 1, -(2**31)]),
    Case("bigint", pa.int64(), [0, 2**63 - 1, -(2**63)]),
    Case("string", pa.string(), ["a", "A", "a ", "å", "日本語", "🦊", "'; --", "x" * 100]),
    Case("date", pa.date32(), [dt.date(2024, 2, 29), dt.date(1970, 1, 1)]),
    Case("timestamp", pa.timestamp("us"), [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 0, 0, 0, 1)]),
    Case("boolean", pa.bool_(), [True, False]),
    Case("decimal(10,2)", pa.decimal128(10, 2), [D("1.10"), D("-99999999.99")]),
]


@pytest.mark.parametrize("case", KEYS, ids=str)
def test_keys_of_each_type_find_their_row(session: Session, client: str, case: Case):
    rows = pd.DataFrame(
        {
            "k": pd.array(pa.array(case.values, type=case.arrow), dtype=pd.ArrowDtype(case.arrow)),
            "n": range(len(case.values)),
        }
    )
    group = session.group("keys", primary_key=["k"], features=[Feature("k", case.type), Feature("n", "bigint")])
    insert(group, rows)
    view = session.store.create_feature_view("v", group.select(["n"]), version=1)
    keys = [request_key(client, value) for value in case.values]
    with serving(view, client):
        assert [view.get_feature_vector({"k": key}) for key in keys] == [[at] for at in range(len(keys))]
        assert sorted(v[0] for v in view.get_feature_vectors([{"k": key} for key in keys])) == list(range(len(keys)))


def request_key(client: str, value: Any) -> Any:
    """The REST client sends JSON: what JSON has no form for is sent as text."""
    if client == "rest" and isinstance(value, (dt.date, D)):
        return str(value)
    return value


@pytest.mark.parametrize("type", ["float", "double", "array<int>", "struct<a:int>", "binary"])
def test_types_that_cannot_be_a_key_are_refused_or_work(session: Session, type: str):
    """A key must be looked up by equality: inexact and complex types are refused when the group is made."""
    group = session.store.create_feature_group(
        "keys", version=1, primary_key=["k"], online_enabled=True, features=[Feature("k", type), Feature("n", "bigint")]
    )
    if type == "binary":
        group.save()
        return
    from hopsworks.client.exceptions import RestAPIError

    with pytest.raises(RestAPIError) as refused:
        group.save()
    assert refused.value.response.status_code == 400
    assert refused.value.error_code == 700204


def test_a_schema_that_grows_is_served_while_traffic_runs(session: Session):
    group = session.filled(pd.DataFrame({"id": [1], "v": [[1.0]]}))
    group.append_features([Feature("w", "array<string>")])
    group = session.store.get_feature_group("tx", version=1)
    insert(group, pd.DataFrame({"id": [1], "v": [[2.0]], "w": [["new"]]}))
    view = session.store.create_feature_view("v", group.select_all(), version=1)
    with serving(view, "rest"):
        until("the new column is served", lambda: view.get_feature_vector({"id": 1}) == [1, [2.0], ["new"]], seconds=6)
