"""Tables of what a figure is made of: the units that add to it, the numbers of their forms, reports and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from app.analysis.reporting import RECEIVED
from app.core import formatting
from app.core.i18n import Words
from app.records import Progress, Unit
from app.records.origin import Check, Contribution, Input, SourceReport, Term
from app.ui.figure_text import value_text
from app.ui.status import chip, chip_saying, figure_chip
from app.ui.tables import table


class UnitLink(Protocol):
    """Leads to a unit."""

    def __call__(self, unit: str) -> str:
        """The address."""
        ...


def district_parts(
    rows: Sequence[Progress], own: Sequence[Contribution], ended: Sequence[Contribution], total: Progress,
    units: Mapping[str, Unit], link: UnitLink, words: Words,
) -> Markup:  # fmt: skip
    """The city's figure as the sum of the rows below it, with what the city's own agencies and units that ended add."""
    heads = [*_part_heads(words), (words("figures.value"), "n"), (words("figures.status"), "")]
    lines: list[tuple[object, ...]] = [
        (
            _to(link(unit=row.unit_code), words.of(units[row.unit_code], "name")),
            words.number(row.numerator),
            words.number(row.denominator),
            words("origin.share_of", part=words.number(row.reported_count), whole=words.number(row.expected_count)),
            value_text(row, words),
            figure_chip(row, words),
        )
        for row in rows
    ]
    lines += [
        (words("origin.own", unit=words.of(part, "name")), *_part_cells(part, words), formatting.MISSING, "")
        for part in own
    ]
    if ended:
        lines.append((words("origin.ended", count=len(ended)), *_sums_of(ended, words), formatting.MISSING, ""))
    return _with_total(heads, lines, total, words, 2)


def unit_parts(rows: Sequence[Contribution], total: Progress, link: UnitLink, words: Words) -> Markup:
    """A district's figure as the sum of what its office and its wards add."""
    heads = [*_part_heads(words), (words("origin.taking_part"), "")]
    lines: list[tuple[object, ...]] = []
    ended = [row for row in rows if row.has_ended]
    for row in (row for row in rows if not row.has_ended):
        is_itself = row.unit_code == total.unit_code
        name = words.of(row, "name")
        lines.append(
            (
                words("origin.office", unit=name) if is_itself else _to(link(unit=row.unit_code), name),
                *_part_cells(row, words),
                taking_part(row, words),
            )
        )
    if ended:
        lines.append((words("origin.ended", count=len(ended)), *_sums_of(ended, words), ""))
    return _with_total(heads, lines, total, words, 1)


def taking_part(row: Contribution, words: Words) -> str:
    """Whether a unit is in the figure, and from which quarter it is known; why not, where it is not."""
    if not row.takes_part:
        return words(f"origin.missing_{row.provisional_reason}")
    if row.is_hidden:
        return words("origin.takes_part_hidden")
    if row.is_carried:
        key = "origin.carried_rejected" if row.provisional_reason == "rejected" else "origin.carried"
        return words(key, period=words.period(row.last_period_code or ""))
    return words("origin.partly" if row.provisional_reason else "origin.takes_part_yes")


def inputs_table(rows: Sequence[Input], terms: Sequence[Term], words: Words) -> Markup:
    """The numbers of the forms, a column of a form a line and a quarter a column, with why they count."""
    quarters = sorted({row.source_period_code for row in rows})
    values = {(row.term, row.measure_code, row.source_period_code): row.input_value for row in rows}
    heads = [
        (words("origin.cell"), ""),
        (words("origin.term"), ""),
        *((words.period(quarter), "n") for quarter in quarters),
        (words("origin.rule"), ""),
    ]
    lines = [
        (
            Markup(f"<span>{escape(words.of(term, 'header'))}</span><small>{escape(term.sheet_name)}</small>"),
            words(f"origin.{term.term}"),
            *(words.number(values.get((term.term, term.measure_code, quarter))) for quarter in quarters),
            words(f"window_rule.{term.window_rule}"),
        )
        for term in terms
    ]
    return table("inputs", heads, lines, words("origin.inputs_caption"))


def sums(rows: Sequence[Input], part: Contribution, counting_rule: str, words: Words) -> list[str]:
    """How the numbers of the forms become one unit's numerator and denominator, with the numbers put in."""
    told = {"numerator": words.number(part.numerator), "denominator": words.number(part.denominator)}
    if counting_rule != "amounts":
        return [words(f"origin.counted_{counting_rule}", **told)]
    lines = []
    for term, total in told.items():
        added = [words.number(row.input_value) for row in rows if row.term == term]
        key = "origin.sum" if len(added) > 1 else "origin.sum_of_one"
        lines.append(words(key, term=words(f"origin.{term}"), parts=" + ".join(added), total=total))
    return lines


def reports_grid(rows: Sequence[SourceReport], link: UnitLink, words: Words) -> Markup:
    """Who reported in which quarter: version and day of receipt, or why there is none."""
    quarters = sorted({row.period_code for row in rows})
    by_reporter: dict[str, dict[str, SourceReport]] = {}
    for row in rows:
        by_reporter.setdefault(row.reporter_code, {})[row.period_code] = row
    heads = [(words("origin.reporter"), ""), *((words.period(quarter), "") for quarter in quarters)]
    lines = []
    for code, reports in by_reporter.items():
        one = next(iter(reports.values()))
        name = words.of(one, "name")
        first = _to(f"{link(unit=code)}#reports", name) if one.reporter_level == "district" else escape(name)
        lines.append((first, *(_report(reports.get(quarter), words) for quarter in quarters)))
    return table("sources", heads, lines, words("origin.reports_caption"))


def checks_table(rows: Sequence[Check], words: Words) -> Markup:
    """The checks that guard a target: what holds, why it is checked, how grave a breach is, what was found."""
    return _checks([(row, _found_anywhere(row, words)) for row in rows], words)


def checks_of_figure(rows: Sequence[Check], words: Words) -> Markup:
    """The checks that touch one figure: those that found something in it first, the others folded away."""
    here = [(row, chip_saying("behind", words("checks.here", count=row.unit_count))) for row in rows if row.unit_count]
    rest = [(row, _found_elsewhere(row, words)) for row in rows if not row.unit_count]
    story = words("checks.summary" if here else "checks.summary_clean", count=len(rows), found=len(here))
    fold = (
        f"<details><summary>{escape(words('checks.rest', count=len(rest)))}</summary>{_checks(rest, words)}</details>"
    )
    return Markup(f"<p>{escape(story)}</p>{_checks(here, words) if here else ''}{fold if rest else ''}")


def _checks(rows: Sequence[tuple[Check, Markup]], words: Words) -> Markup:
    heads = [(words("checks.name"), ""), (words("checks.severity"), ""), (words("checks.found"), "")]
    lines = [
        (
            Markup(f"<span>{escape(words.of(row, 'name'))}</span><small>{escape(words.of(row, 'why'))}</small>"),
            chip(row.severity, words),
            found,
        )
        for row, found in rows
    ]
    return table("checks", heads, lines, words("checks.caption"))


def _found_anywhere(row: Check, words: Words) -> Markup:
    if row.is_success:
        return chip_saying("met", words("checks.clean"))
    return chip_saying("behind", words("checks.rows", count=row.unexpected_count))


def _found_elsewhere(row: Check, words: Words) -> Markup:
    if row.is_success:
        return chip_saying("met", words("checks.clean"))
    return chip_saying("monitor", words("checks.elsewhere", count=row.unexpected_count))


def _report(row: SourceReport | None, words: Words) -> Markup | str:
    if row is None:
        return formatting.MISSING
    if row.version is None:
        text = words("origin.report_uncounted") if row.state in RECEIVED else words.status(row.state)
        return chip_saying(row.state, text)
    return words("origin.report", version=row.version, received=formatting.date(row.received_at))


def _part_heads(words: Words) -> list[tuple[str, str]]:
    return [
        (words("origin.unit"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("origin.reported"), "n"),
    ]


def _part_cells(row: Contribution, words: Words) -> tuple[str, ...]:
    reported = words("origin.share_of", part=words.number(row.reported_count), whole=words.number(row.expected_count))
    return words.number(row.numerator), words.number(row.denominator), reported


def _sums_of(rows: Sequence[Contribution], words: Words) -> tuple[str, ...]:
    """The cells of several units as one line; a dash where nothing is known of any, or all is hidden."""
    known = [(row.numerator, row.denominator) for row in rows if row.numerator is not None]
    parts = [words.number(sum(part or 0.0 for part in column)) for column in zip(*known, strict=True)]
    reported, expected = sum(row.reported_count for row in rows), sum(row.expected_count for row in rows)
    share = words("origin.share_of", part=words.number(reported), whole=words.number(expected))
    return (*(parts or (formatting.MISSING, formatting.MISSING)), share)


def _with_total(
    heads: Sequence[tuple[str, str]], lines: Sequence[Sequence[object]], total: Progress, words: Words, empty: int
) -> Markup:
    """The table with its last line: the figure that the lines add up to."""
    reported = words(
        "origin.share_of", part=words.number(total.reported_count), whole=words.number(total.expected_count)
    )
    last = (words("origin.total"), words.number(total.numerator), words.number(total.denominator), reported)
    return table("contributions", heads, [*lines, (*last, *[""] * empty)], words("origin.parts_caption"))


def _to(href: str, text: str) -> Markup:
    return Markup(f"<a href='{escape(href)}'>{escape(text)}</a>")
