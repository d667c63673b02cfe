"""Lineage of the marts, read from dbt's manifest of the same build."""

import json
from functools import cache
from pathlib import Path
from typing import Any

LayeredNode = tuple[str, str, str, str, str | None, int]

_KINDS = {"source": "source", "seed": "seed", "model": "model", "exposure": "page"}
_LAYERS = {"source": "raw", "seed": "reference", "exposure": "pages"}


def lineage_rows(manifest: Path) -> list[LayeredNode]:
    """Return (node, kind, layer, description, parent, step) for each node of the project and each of its parents.

    A node without parents has one row, with parent None. `step` is the length of the longest path from such a node,
    so that a node sorts after all its ancestors. Tests are left out.
    """
    parsed = json.loads(manifest.read_text(encoding="utf-8"))
    nodes = {
        name: node
        for part in ("sources", "nodes", "exposures")
        for name, node in parsed[part].items()
        if node["resource_type"] in _KINDS
    }

    def parents(name: str) -> list[str]:
        return sorted(parent for parent in nodes[name].get("depends_on", {}).get("nodes", []) if parent in nodes)

    def parents_or_none(name: str) -> list[str | None]:
        return [*parents(name)] or [None]

    @cache
    def step(name: str) -> int:
        return max((step(parent) + 1 for parent in parents(name)), default=0)

    return [
        (
            nodes[name]["name"],
            _KINDS[nodes[name]["resource_type"]],
            _layer(nodes[name]),
            " ".join(nodes[name]["description"].split()),
            nodes[parent]["name"] if parent else None,
            step(name),
        )
        for name in sorted(nodes, key=lambda name: (step(name), name))
        for parent in parents_or_none(name)
    ]


def _layer(node: dict[str, Any]) -> str:
    """Return the layer of a node; a model's layer is its folder."""
    return _LAYERS.get(node["resource_type"]) or node["fqn"][1]
