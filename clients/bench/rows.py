"""The rows that Hopyard and its peer both hold, so that a benchmark compares the same work."""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 20260101
GROUPS = 3


def tables(rows: int, features: int) -> dict[str, pd.DataFrame]:
    """Tables `bench<F>_0..2` with the key `id` and together that many features of type double."""
    chance = np.random.default_rng(SEED)
    keys = np.arange(rows, dtype=np.int64)
    found = {}
    for group in range(GROUPS):
        width = features // GROUPS + (1 if group < features % GROUPS else 0)
        columns = {f"g{group}_f{at}": chance.random(rows) for at in range(width)}
        found[f"bench{features}_{group}"] = pd.DataFrame({"id": keys, **columns})
    return found
