"""The operations of a node, as its OpenAPI documents name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Served:
    """One operation of an OpenAPI document."""

    method: str
    path: str
    access: str
    query: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> str:
        """The path with a value for each of its parameters."""
        return re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), "1"), self.path)


def operations(document: dict[str, Any]) -> list[Served]:
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            query = tuple(p["name"] for p in operation.get("parameters", []) if p["in"] == "query")
            found.append(Served(method.upper(), path, operation["x-access"], query))
    return found
