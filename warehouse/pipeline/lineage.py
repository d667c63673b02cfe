"""Lineage of the marts, read from dbt's manifest of the same build.

dbt knows the tables of forms as one source; each form of the seeds becomes a node of its own.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from warehouse.reference import ROW_BY_TASK, Reference

LayeredNode = tuple[str, str, str, str, str | None, int]

_KINDS = {"source": "source", "seed": "seed", "model": "model", "exposure": "page"}
_LAYERS = {"source": "raw", "seed": "reference", "exposure": "pages"}
_FORM_TABLES = "form_tables"
_OF_FORM = "One row per accepted submission and row of form {code}."


def lineage_rows(manifest: Mapping[str, Any], reference: Reference) -> list[LayeredNode]:
    """Return (node, kind, layer, description, parent, step) for each node of the project and each of its parents.

    A node without parents has one row, with parent None. `step` is the length of the longest path from such a node,
    so that a node sorts after all its ancestors. Tests are left out.
    """
    nodes = {
        name: node
        for part in ("sources", "nodes", "exposures")
        for name, node in manifest[part].items()
        if node["resource_type"] in _KINDS
    }
    one = next(name for name, node in nodes.items() if node["name"] == _FORM_TABLES)
    source = nodes.pop(one)
    tables = {
        form.table_name: source | {"name": form.table_name, "description": _OF_FORM.format(code=form.form_code)}
        for form in reference.forms.values()
        if form.row_key != ROW_BY_TASK
    }
    nodes |= tables

    def parents(name: str) -> list[str]:
        own = nodes[name].get("depends_on", {}).get("nodes", [])
        return sorted({*own, *(tables if one in own else ())} & nodes.keys())

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
