"""Labels of files: content, period, version, and whether the figures are a sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import name_in_force
from app.core.reader import Reader
from app.core.sheet import Column, Sheet, Value
from app.core.url_state import State
from app.exports.shared.chosen import chosen_line
from app.exports.shared.file import UnknownPartError
from app.queries import target as target_queries
from app.records import Publication, Target
from warehouse.publish.version_name import version_moment
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of a file: `lines` for readers (name, value), `columns` and `values` for every row.

    `targets` describe the targets of a table of several, for readers.

    They are columns and not lines above the header, so that the first line is the header for every program that reads
    the file, and so that a row copied into another file keeps its labels.
    """

    lines: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    values: tuple[Value, ...]
    version: str
    sample: str
    targets: tuple[tuple[str, str], ...] = ()

    def beside(self, sheet: Sheet) -> Sheet:
        """Return the sheet with the labels in every row."""
        rows = tuple((*row, *self.values) for row in sheet.rows)
        return replace(sheet, columns=(*sheet.columns, *self.columns), rows=rows)


def labels(context: Context, title: str, targets: Sequence[str] = ()) -> Labels:
    """Return the labels of a file created from a page's state; `targets` are those with figures in it."""
    state = context.state
    publication = context.publication
    general = version_labels(publication, title)
    state_text = period_sentence(context.period, publication.as_of_date)
    about = context.target or (context.targets.get(targets[0]) if len(targets) == 1 else None)
    choice = chosen_line(context)
    lines = (
        *general.lines[:1],
        (words("files.period"), words.period(state.period)),
        *([(words("files.period_state"), state_text)] if state_text else []),
        (words("files.window"), words(f"window.{state.window}")),
        *([(words("files.chosen"), choice)] if choice else []),
        (words("files.plan"), words.of(context.plan, "name")),
        *(_definition(about) if about else []),
        (words("files.source"), _source(context, about)),
        *general.lines[1:],
        (words("files.address"), _address(state)),
    )
    columns = (
        Column(words("files.period"), meaning=words("files.period_meaning")),
        Column(words("files.window"), meaning=words("files.window_meaning")),
        *general.columns,
    )
    values = (state.period, words(f"window.{state.window}"), *general.values)
    described = () if about else tuple(_described(context, code) for code in targets if code in context.targets)
    return replace(general, lines=lines, columns=columns, values=values, targets=described)


def _definition(target: Target) -> list[tuple[str, str]]:
    """Return definition and formula of a target."""
    name = f"{target.target_code} {words.of(target, 'name')}"
    return [
        (words("files.definition"), f"{name}: {words.of(target, 'definition')}"),
        (words("files.formula"), _formula(target)),
    ]


def _formula(target: Target) -> str:
    parts = {"numerator": words.of(target, "numerator"), "denominator": words.of(target, "denominator")}
    return words("files.formula_text", **parts)


def _described(context: Context, code: str) -> tuple[str, str]:
    """Return a target's code, and its name, definition, formula and columns of forms as one text."""
    target = context.targets[code]
    sentences = [
        f"{words.of(target, 'name')}: {words.of(target, 'definition')}",
        _formula(target),
        words("files.source_columns", columns=_form_columns(context.reader, target)),
    ]
    return code, " ".join(sentences)


def _source(context: Context, target: Target | None) -> str:
    """Return whose reports the figures come from and how many there are; of one target also which columns of forms."""
    period = context.period
    reported = words("files.source_text", reported=period.reported_count, expected=period.reporter_count)
    if target is None:
        return reported
    return f"{words('files.source_columns', columns=_form_columns(context.reader, target))} {reported}"


def _form_columns(reader: Reader, target: Target) -> str:
    """Return the columns of forms from which a target is computed, after the name of each form."""
    terms = target_queries.terms(reader, target.target_code)
    forms = group_by(terms, lambda term: f"{term.form_code} {words.of(term, 'form_name')}")
    headers = {form: dict.fromkeys(words.of(term, "header") for term in own) for form, own in forms.items()}
    return "; ".join(f"{form} ({', '.join(names)})" for form, names in headers.items())


def _address(state: State) -> str:
    """Return the address of the page to cite, whole where the installation's own address is set."""
    return f"{Settings.from_env().app_url}{state.href()}"


def version_labels(publication: Publication, title: str) -> Labels:
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


def named(page_tables: Iterable[str], requested: str) -> str:
    """Return the requested table. Raises `UnknownPartError` for one that the page does not have."""
    if requested not in page_tables:
        raise UnknownPartError(requested)
    return requested
