"""Spec of a figure's lineage from the cells of forms to the pages, from dbt's manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import words
from app.records.origin import LineageEdge, Term

GOAL = "fct_target_progress"
STEPS = ("raw", "staging", "intermediate", "marts")


@dataclass(frozen=True, slots=True)
class Box:
    """Step: its layer, its name, its description, its content."""

    layer: str
    name: str
    text: str = ""
    items: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LineageSpec:
    """Steps in order, each based on those before it; `note` names the seeds involved."""

    boxes: tuple[Box, ...]
    note: str


def lineage_spec(layers: Mapping[str, Sequence[str]], terms: Sequence[Term]) -> LineageSpec:
    """Return the lineage, the form's columns first, the pages last; `layers` as returned by `nodes_by_layer`."""
    boxes = [Box("form", sheet, words("lineage.cell"), headers) for sheet, headers in _sheets(terms)]
    for layer in STEPS:
        boxes += [
            Box(layer, node, words.first(f"lineage.node.{node}", f"lineage.node.{layer}"))
            for node in layers.get(layer, ())
        ]
    pages = [words.first(f"lineage.page.{page}", "lineage.page.other") for page in layers.get("pages", ())]
    boxes.append(Box("pages", words("lineage.shown"), items=pages))
    return LineageSpec(tuple(boxes), words("lineage.seeds", seeds=", ".join(layers.get("reference", ()))))


def nodes_by_layer(edges: Iterable[LineageEdge], sources: frozenset[str]) -> dict[str, list[str]]:
    """Return the nodes between the raw tables `sources` and the figure by layer, parents first.

    The seeds involved are under `reference`, the pages that show the figure under `pages`.
    """
    parents: dict[str, set[str]] = defaultdict(set)
    children: dict[str, set[str]] = defaultdict(set)
    placed: dict[str, LineageEdge] = {}
    for edge in edges:
        placed[edge.node] = edge
        if edge.parent:
            parents[edge.node].add(edge.parent)
            children[edge.parent].add(edge.node)
    between = _reached(sources, children) & _reached([GOAL], parents)
    seeds = {parent for node in between for parent in parents[node] if placed[parent].layer == "reference"}
    pages = {node for node in children[GOAL] if placed[node].layer == "pages"}
    layers: dict[str, list[str]] = defaultdict(list)
    for node in sorted(between | seeds | pages, key=lambda node: (placed[node].step, node)):
        layers[placed[node].layer].append(node)
    return layers


def _reached(starts: Iterable[str], onward: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += onward[node]
    return seen


def _sheets(terms: Sequence[Term]) -> list[tuple[str, list[str]]]:
    """Return each sheet with the headings of its counted columns."""
    sheets: dict[str, list[str]] = {}
    for term in terms:
        headers = sheets.setdefault(term.sheet_name, [])
        if words.of(term, "header") not in headers:
            headers.append(words.of(term, "header"))
    return list(sheets.items())
