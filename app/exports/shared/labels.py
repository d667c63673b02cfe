"""Labels of files: content, period, version, and whether the figures are a sample."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import Context
from app.core.programmes import name_in_force, prefix
from app.core.sheet import Column, Sheet, Value
from app.core.url_state import State
from app.exports.shared.file import UnknownPartError
from app.records import Publication
from warehouse.publish.version_name import version_moment
from warehouse.settings import Settings

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of a file: `lines` for readers (name, value), `columns` and `values` for every row.

    They are columns and not lines above the header, so that the first line is the header for every program that reads
    the file, and so that a row copied into another file keeps its labels.
    """

    lines: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    values: tuple[Value, ...]
    version: str
    sample: str

    def beside(self, sheet: Sheet) -> Sheet:
        """Return the sheet with the labels in every row."""
        rows = tuple((*row, *self.values) for row in sheet.rows)
        return Sheet(sheet.title, (*sheet.columns, *self.columns), rows)


def labels(context: Context, title: str) -> Labels:
    """Return the labels of a file created from a page's state."""
    words = context.words
    state = context.state
    publication = context.publication
    general = version_labels(publication, title, words)
    state_text = period_sentence(context.period, publication.as_of_date, words)
    lines = (
        *general.lines[:1],
        (words("files.period"), words.period(state.period)),
        *([(words("files.period_state"), state_text)] if state_text else []),
        (words("files.window"), words(f"window.{state.window}")),
        (words("files.plan"), words.of(context.plan, "name")),
        *_definition(context),
        *general.lines[1:],
        (words("files.address"), _address(state)),
    )
    columns = (
        Column(words("files.period"), meaning=words("files.period_meaning")),
        Column(words("files.window"), meaning=words("files.window_meaning")),
        *general.columns,
    )
    values = (state.period, words(f"window.{state.window}"), *general.values)
    return replace(general, lines=lines, columns=columns, values=values)


def _definition(context: Context) -> list[tuple[str, str]]:
    """Return definition and formula of the target that a page is about; empty for another page."""
    words, target = context.words, context.targets.get(context.state.get("target") or "")
    if target is None:
        return []
    parts = {"numerator": words.of(target, "numerator"), "denominator": words.of(target, "denominator")}
    name = f"{target.target_code} {words.of(target, 'name')}"
    return [
        (words("files.definition"), f"{name}: {words.of(target, 'definition')}"),
        (words("files.formula"), words("files.formula_text", **parts)),
    ]


def _address(state: State) -> str:
    """Return the address of the page to cite, whole where the installation's own address is set."""
    return f"{Settings.from_env().app_url}{state.href()}"


def version_labels(publication: Publication, title: str, words: Words) -> Labels:
    """Return the labels of a file of a published version that is not about one period and window."""
    nature = words("files.sample" if publication.is_sample else "files.reported")
    licence = words("files.licence_sample" if publication.is_sample else "files.licence_reported")
    version = version_moment(publication.version)
    programme = name_in_force(words.lang)
    lines = (
        (words("files.title"), title),
        *([(words("programmes.title"), programme)] if programme else []),
        (words("files.version"), version),
        (words("files.as_of"), formatting.date(publication.as_of_date)),
        (words("files.nature"), nature),
        (words("files.licence"), licence),
        (words("files.missing"), words("files.missing_text")),
    )
    columns = (
        *([Column(words("programmes.title"), meaning=words("programmes.meaning"))] if programme else []),
        Column(words("files.version"), meaning=words("files.version_meaning")),
        Column(words("files.nature"), meaning=words("files.nature_meaning")),
    )
    values = (*([programme] if programme else []), version, nature)
    sample = nature if publication.is_sample else ""
    return Labels(lines, columns, values, words.version(publication.version), sample)


def file_name(context: Context, part: str, extension: str, *more: str) -> str:
    """Return a file name such as `district-769-figures-2021Q4-ytd.csv`: ASCII letters, digits and hyphens only."""
    state = context.state
    own = [value for _, value in state.own]
    mark = [context.words("files.sample_mark")] if context.publication.is_sample else []
    stem = "-".join(_plain([state.page or "overview", *own, part, *more, state.period, state.window, *mark]))
    return f"{prefix()}{stem}"[:LONGEST_NAME] + f".{extension}"


def named(page_tables: Iterable[str], requested: str) -> str:
    """Return the requested table. Raises `UnknownPartError` for one that the page does not have."""
    if requested not in page_tables:
        raise UnknownPartError(requested)
    return requested


def _plain(parts: Iterable[str]) -> list[str]:
    letters = (unicodedata.normalize("NFKD", part.replace("đ", "d").replace("Đ", "D")) for part in parts)
    ascii_only = (part.encode("ascii", "ignore").decode() for part in letters)
    return [plain for part in ascii_only if (plain := re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-"))]
