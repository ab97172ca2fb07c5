"""The write path: what is inserted is there when the wait ends, and the counts are exact."""

from __future__ import annotations

import pandas as pd
import pytest
from support import Session, counts, insert, online_rows, remove, until

T0 = pd.Timestamp("2026-01-01 00:00:00")
HOUR = pd.Timedelta(hours=1)


def events(*rows: tuple[int, int, str]) -> pd.DataFrame:
    """Rows of (key, hour, value)."""
    return pd.DataFrame(
        {"id": [r[0] for r in rows], "ts": [T0 + r[1] * HOUR for r in rows], "value": [r[2] for r in rows]}
    )


def by_key(group) -> dict[int, str]:
    rows = online_rows(group)
    return dict(zip(rows.id.tolist(), rows.value.tolist(), strict=True))


def test_all_rows_are_readable_when_the_wait_ends(session: Session):
    rows = pd.DataFrame({"id": range(1000), "x": [i / 7 for i in range(1000)]})
    group = session.group()
    assert insert(group, rows) == {"UPSERTED": 1000}
    read = online_rows(group)
    assert read.id.tolist() == rows.id.tolist()
    assert read.x.tolist() == rows.x.tolist()


def test_wait_covers_the_materialization_job_too(session: Session):
    group = session.group()
    job, _ = group.insert(pd.DataFrame({"id": [1], "x": [1.0]}), wait=True)
    execution = job.get_executions()[0]
    assert execution.final_status == "SUCCEEDED"
    assert execution.state == "FINISHED"


def test_older_rows_of_one_insert_are_counted_as_ignored(session: Session):
    group = session.group(event_time="ts")
    assert insert(group, events((1, 0, "old"), (1, 2, "new"), (2, 1, "only"), (1, 1, "middle"))) == {
        "UPSERTED": 2,
        "IGNORED": 2,
    }
    assert by_key(group) == {1: "new", 2: "only"}


def test_the_newest_event_time_wins_whatever_the_order_in_the_log(session: Session):
    group = session.group(event_time="ts")
    unordered = events((1, 1, "b"), (1, 3, "d"), (1, 2, "c"), (1, 0, "a"))
    total = insert(group, unordered, ingestion={"mark_online_rows": False})
    assert sum(total.values()) == 4
    assert by_key(group) == {1: "d"}


def test_a_late_row_changes_nothing(session: Session):
    group = session.filled(events((1, 5, "newest")), event_time="ts")
    total = insert(group, events((1, 4, "late")))
    assert sum(total.values()) == 1
    assert by_key(group) == {1: "newest"}


def test_of_equal_event_times_the_later_write_wins(session: Session):
    group = session.filled(events((1, 5, "first")), event_time="ts")
    insert(group, events((1, 5, "second")))
    assert by_key(group) == {1: "second"}


def test_without_event_time_the_later_write_wins(session: Session):
    group = session.filled(pd.DataFrame({"id": [1], "value": ["first"]}))
    insert(group, pd.DataFrame({"id": [1], "value": ["second"]}))
    assert by_key(group) == {1: "second"}


def test_a_replay_changes_nothing_and_is_counted_in_full(session: Session):
    rows = events(*((key, key % 5, f"v{key}") for key in range(50)))
    group = session.filled(rows, event_time="ts")
    before = online_rows(group)
    assert sum(insert(group, rows).values()) == 50
    pd.testing.assert_frame_equal(online_rows(group), before)


def test_storage_online_writes_only_online(session: Session):
    group = session.group()
    assert insert(group, pd.DataFrame({"id": [1, 2], "value": ["a", "b"]}), storage="online") == {"UPSERTED": 2}
    assert by_key(group) == {1: "a", 2: "b"}


def test_storage_offline_does_not_reach_the_online_store(session: Session):
    group = session.filled(pd.DataFrame({"id": [1], "value": ["a"]}))
    group.insert(
        pd.DataFrame({"id": [1, 2], "value": ["x", "y"]}),
        storage="offline",
        write_options={"start_offline_materialization": False},
    )
    # The log keeps its order: when this later row is there, the offline rows before it were seen too.
    insert(group, pd.DataFrame({"id": [3], "value": ["c"]}))
    until("the marker is there", lambda: 3 in by_key(group))
    assert by_key(group) == {1: "a", 3: "c"}


def test_a_multi_part_insert_writes_every_part(session: Session):
    group = session.filled(pd.DataFrame({"id": [0], "value": ["zero"]}))
    with group.multi_part_insert() as writer:
        for part in range(5):
            first = 1 + part * 20
            keys = range(first, first + 20)
            writer.insert(
                pd.DataFrame({"id": keys, "value": [f"v{key}" for key in keys]}),
                write_options={"start_offline_materialization": False},
            )
    until("all parts are there", lambda: len(online_rows(group)) == 101)
    assert by_key(group)[100] == "v100"
    assert sum(counts(group).values()) == 100


def test_removed_rows_are_gone_and_counted_as_deleted(session: Session):
    group = session.filled(pd.DataFrame({"id": [1, 2, 3], "value": ["a", "b", "c"]}))
    assert remove(group, pd.DataFrame({"id": [1, 3]})) == {"DELETED": 2}
    assert by_key(group) == {2: "b"}


def test_a_removed_row_can_be_written_again(session: Session):
    group = session.filled(pd.DataFrame({"id": [1], "value": ["a"]}))
    remove(group, pd.DataFrame({"id": [1]}))
    insert(group, pd.DataFrame({"id": [1], "value": ["again"]}))
    assert by_key(group) == {1: "again"}


def test_a_removed_row_with_event_time_can_be_written_again(session: Session):
    group = session.filled(events((1, 5, "a")), event_time="ts")
    remove(group, events((1, 5, "")))
    assert by_key(group) == {}
    insert(group, events((1, 6, "again")))
    assert by_key(group) == {1: "again"}


def test_removing_an_absent_row_is_counted(session: Session):
    group = session.filled(pd.DataFrame({"id": [1], "value": ["a"]}))
    assert sum(remove(group, pd.DataFrame({"id": [77]})).values()) == 1
    assert by_key(group) == {1: "a"}


def test_overwrite_leaves_only_the_new_rows(session: Session):
    group = session.filled(pd.DataFrame({"id": [1, 2], "value": ["a", "b"]}))
    insert(group, pd.DataFrame({"id": [2, 3], "value": ["new b", "new c"]}), overwrite=True)
    assert by_key(group) == {2: "new b", 3: "new c"}


def test_overwrite_forgets_newer_event_times(session: Session):
    group = session.filled(events((1, 9, "newer")), event_time="ts")
    insert(group, events((1, 1, "older")), overwrite=True)
    assert by_key(group) == {1: "older"}


def test_show_gives_some_rows(session: Session):
    group = session.filled(pd.DataFrame({"id": range(20), "value": ["x"] * 20}))
    assert len(group.show(5, online=True)) == 5


def test_read_with_a_filter(session: Session):
    group = session.filled(pd.DataFrame({"id": range(10), "x": [float(i) for i in range(10)]}))
    read = group.filter((group.x >= 3.0) & (group.x < 6.0)).read(online=True)
    assert sorted(read.id.tolist()) == [3, 4, 5]


def test_read_of_chosen_columns(session: Session):
    group = session.filled(pd.DataFrame({"id": [1, 2], "x": [1.0, 2.0], "y": ["a", "b"]}))
    read = group.select(["y", "id"]).read(online=True)
    assert list(read.columns) == ["y", "id"]


def test_composite_keys_of_several_types(session: Session):
    rows = pd.DataFrame(
        {
            "b": ["x", "x", "y", ""],
            "a": [1, 2, 1, 1],
            "when": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-01-01", "2026-01-02"]),
            "value": ["x1", "x2", "y1", "empty"],
        }
    )
    group = session.filled(rows, primary_key=["a", "b", "when"])
    read = group.read(online=True)
    assert sorted(read.value.tolist()) == ["empty", "x1", "x2", "y1"]


def test_keys_whose_text_forms_join_to_the_same_text_are_different_rows(session: Session):
    rows = pd.DataFrame({"a": ["1", "11"], "b": ["12", "2"], "value": ["left", "right"]})
    group = session.filled(rows, primary_key=["a", "b"])
    assert sorted(group.read(online=True).value.tolist()) == ["left", "right"]


def test_expired_rows_are_never_readable(session: Session):
    now = pd.Timestamp.now("UTC").tz_localize(None)
    rows = pd.DataFrame({"id": [1, 2], "ts": [now, now - pd.Timedelta(hours=2)], "value": ["fresh", "expired"]})
    group = session.filled(rows, event_time="ts", ttl=3600)
    assert by_key(group) == {1: "fresh"}


def test_an_expired_row_that_the_client_sends_all_the_same_is_not_readable(session: Session):
    now = pd.Timestamp.now("UTC").tz_localize(None)
    group = session.filled(pd.DataFrame({"id": [1], "ts": [now], "value": ["fresh"]}), event_time="ts", ttl=3600)
    late = pd.DataFrame({"id": [2], "ts": [now - pd.Timedelta(hours=2)], "value": ["expired"]})
    total = insert(group, late, ingestion={"mark_online_rows": False})
    assert sum(total.values()) == 1
    assert by_key(group) == {1: "fresh"}


def test_a_row_disappears_when_its_time_is_over(session: Session):
    now = pd.Timestamp.now("UTC").tz_localize(None)
    rows = pd.DataFrame({"id": [1, 2], "ts": [now - pd.Timedelta(seconds=3595), now], "value": ["old", "young"]})
    group = session.filled(rows, event_time="ts", ttl=3600)
    until("the old row has expired", lambda: by_key(group) == {2: "young"}, seconds=15)


@pytest.mark.parametrize("rows", [0, 1])
def test_small_inserts_end(session: Session, rows: int):
    group = session.filled(pd.DataFrame({"id": [9], "value": ["first"]}))
    frame = pd.DataFrame({"id": pd.Series(range(rows), dtype="int64"), "value": pd.Series(["x"] * rows, dtype=object)})
    if rows == 0:
        group.insert(frame, write_options={"start_offline_materialization": False})
    else:
        assert insert(group, frame) == {"UPSERTED": 1}


def test_the_progress_of_an_ingestion_is_found_by_its_number(session: Session):
    group = session.filled(pd.DataFrame({"id": [1, 2], "value": ["a", "b"]}))
    latest = group.get_latest_online_ingestion()
    again = group.get_online_ingestion(latest.id)
    assert (again.id, again.num_entries) == (latest.id, 2)
    assert sum(result.rows for result in again.results) == 2
