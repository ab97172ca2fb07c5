"""The features of the demo, computed with pandas from the flights that left New York City in 2013.

Nothing here knows about a feature store: four functions, each from raw tables to a table of features.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LABEL = "arr_delay"

# A flight's delay is known when it stands at its gate. The data has the time in the air only, so we allow an hour on
# top for both taxi ways: rather too late than a feature from the future.
TAXI = pd.Timedelta(hours=1)
WINDOW = pd.Timedelta(hours=24)
STEP = pd.Timedelta(hours=6)


def flights(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per flight: what is known before it leaves, and the label (minutes late at arrival)."""
    departs_at = _utc(raw.time_hour) + pd.to_timedelta(raw.minute, unit="min")
    day = raw.year * 10000 + raw.month * 100 + raw.day
    return pd.DataFrame(
        {
            "flight_id": raw.carrier + raw.flight.astype(str) + "-" + raw.origin + "-" + day.astype(str),
            "departs_at": departs_at,
            "carrier": raw.carrier,
            "flight": raw.flight,
            "tailnum": _none_for_missing(raw.tailnum),
            "origin": raw.origin,
            "dest": raw.dest,
            "distance": raw.distance,
            "sched_dep_time": raw.sched_dep_time,
            "weekday": departs_at.dt.weekday,
            LABEL: raw.arr_delay,
        }
    )


def weather(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per airport and hour."""
    measured = raw[["temp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"]]
    return pd.concat([raw.origin, _utc(raw.time_hour).rename("measured_at"), measured], axis="columns")


def planes(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per aircraft."""
    return raw[["tailnum", "year", "type", "manufacturer", "model", "engines", "seats"]].copy()


def delays(raw: pd.DataFrame) -> pd.DataFrame:
    """Per airport and carrier, every six hours: the mean delay of the last 24 hours, as it was known at that moment."""
    landed = raw.dropna(subset=["dep_delay", "air_time", "arr_delay"])
    known_at = (
        _utc(landed.time_hour)
        + pd.to_timedelta(landed.minute + landed.dep_delay + landed.air_time, unit="min")
        + TAXI
    )
    landed = landed.assign(known_at=known_at).sort_values("known_at")
    moments = pd.date_range(landed.known_at.min().ceil(STEP), landed.known_at.max(), freq=STEP)

    per_origin = _trailing_means(landed, "origin", moments)
    per_carrier = _trailing_means(landed, "carrier", moments)
    pairs = raw[["origin", "carrier"]].drop_duplicates()
    return pairs.merge(per_origin, on="origin").merge(per_carrier, on=["carrier", "as_of"])[
        ["origin", "carrier", "as_of", "origin_delay", "origin_flights", "carrier_delay", "carrier_flights"]
    ]


def _trailing_means(landed: pd.DataFrame, by: str, moments: pd.DatetimeIndex) -> pd.DataFrame:
    """For each value of a column and each moment: how many flights became known in the window before, and their mean."""
    tables = []
    for value, group in landed.groupby(by):
        before = np.searchsorted(group.known_at, moments, side="left")
        expired = np.searchsorted(group.known_at, moments - WINDOW, side="left")
        total = np.concatenate([[0.0], group.arr_delay.cumsum()])
        count = before - expired
        mean = np.divide(
            total[before] - total[expired], count, out=np.full(len(moments), np.nan), where=count > 0
        )
        tables.append(pd.DataFrame({by: value, "as_of": moments, f"{by}_delay": mean, f"{by}_flights": count}))
    return pd.concat(tables, ignore_index=True)


def _utc(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, utc=True).dt.tz_localize(None)


def _none_for_missing(text: pd.Series) -> pd.Series:
    """The client writes None as null; a NaN among strings it refuses."""
    return text.astype(object).where(text.notna(), None)
