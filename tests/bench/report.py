"""The benchmark's result on the terminal and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from tests.bench.figures import Figure, Limit, Spread

PACKAGES = ("streamlit", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "plotly", "playwright")
HEAD = ("", "what", "measured", "baseline", "ratio", "limit", "met")
DECIMALS = {"ms": 0, "CPU s": 3, "kB": 0, "MB": 1, "errors": 0}


def machine() -> dict[str, Any]:
    """What was measured on: enough to tell two results apart. Load is that before the run began."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total >> 20,
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def write_json(path: Path, about: dict[str, Any], figures: Sequence[Figure]) -> None:
    """Everything, unrounded, for whoever compares two runs."""
    content = {"machine": about, "figures": [figure.as_dict() for figure in figures]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(figures: Sequence[Figure]) -> str:
    """The table for a terminal: median (least–greatest) of both sides, and whether the limit holds."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _row(figure: Figure) -> tuple[str, ...]:
    baseline = f"{_spread(figure.baseline, figure)} {figure.baseline_name}" if figure.baseline else ""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    met = {True: "yes", False: "NO", None: ""}[figure.is_met]
    measured = f"{_spread(figure.measured, figure)} {figure.unit}"
    return (figure.group, figure.name, measured, baseline, ratio, _limit(figure.limit, figure), met)


def _spread(spread: Spread, figure: Figure) -> str:
    decimals = DECIMALS[figure.unit]
    middle = f"{spread.median:.{decimals}f}"
    if spread.count == 1:
        return middle
    return f"{middle} ({spread.least:.{decimals}f}–{spread.greatest:.{decimals}f})"


def _limit(limit: Limit | None, figure: Figure) -> str:
    if limit is None:
        return ""
    return f"≤ {limit.value:g} ×" if limit.is_ratio else f"≤ {limit.value:g} {figure.unit}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
