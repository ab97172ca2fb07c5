"""Changes JSON values at random places: for walks that look for requests which a server cannot take."""

from __future__ import annotations

import copy
import random
from typing import Any

JUNK: list[Any] = [None, "", "x" * 300, 0, -1, 2**63, 1.5, True, [], {}, [None], {"a": None}, "ü\x00", "'; --", 1e308]


def mutate(value: Any, chance: random.Random) -> Any:
    """Changes one place of a JSON value: replaces it, leaves it out, doubles it or renames it."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.15:
            del value[key]
        elif kind < 0.25:
            value[key + "x"] = value.pop(key)
        else:
            value[key] = mutate(value[key], chance)
        return value
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        kind = chance.random()
        if kind < 0.15:
            del value[at]
        elif kind < 0.3:
            value.append(copy.deepcopy(value[at]))
        else:
            value[at] = mutate(value[at], chance)
        return value
    return chance.choice(JUNK)
