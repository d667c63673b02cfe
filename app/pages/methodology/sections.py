"""HTML of how targets are defined and counted, in words that come from seeds and text catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import is_top
from app.core.status import ABSENT, SHOWN
from app.core.url_state import Href, State
from app.pages.methodology.data import Method
from app.pages.shared import calculation
from app.pages.shared.rules import rule_figures
from app.records import Target
from app.records.origin import Rule, Term
from app.records.target import SeriesBreak
from app.ui import page_header
from app.ui.choices import Link, links
from app.ui.figure_text import basis_text
from app.ui.status import chip, figure_chip
from app.ui.tables import Column, table_of
from app.ui.templates import render


def target_groups(targets: Iterable[Target], chosen: Target, link: Href) -> dict[str, list[Link]]:
    """Return the links to every target's method by the name of its group."""

    def ways(group: Iterable[Target]) -> list[Link]:
        names = [(target.target_code, words.of(target, "short_name")) for target in group]
        return links(link, "target", names, chosen.target_code)

    groups = group_by(targets, lambda target: words.of(target, "group_name"))
    return {name: ways(group) for name, group in groups.items()}


def definition(target: Target, rule: Rule) -> Markup:
    """Render the definition of a target: formula in words, basis of the threshold, what is counted, caveats."""
    kind = "kind" if target.threshold_pct is not None else "kind_followed"
    facts = [
        basis_text(target),
        words(f"{kind}.{target.kind}"),
        words(f"methodology.counting_{rule.counting_rule}", levels=_levels(target, rule)),
        words.of(target, "caveat"),
    ]
    return render(
        "pages/methodology/definition.html",
        meaning=words.of(target, "definition"),
        numerator=words.of(target, "numerator"),
        denominator=words.of(target, "denominator"),
        facts=[fact for fact in facts if fact],
    )


def _levels(target: Target, rule: Rule) -> str:
    levels = [_counted(level) for level in target.counted_levels.split("|")]
    listed = words.join([escape(level) for level in levels])
    return words("methodology.rural", levels=listed) if rule.rural_only else listed


def _counted(level: str) -> str:
    """Return what is counted at a level: a unit of it, of the top level its own agencies."""
    return words("methodology.level_top") if is_top(level) else words(f"unit_noun.{level}", count=1)


def worked_out(state: State, method: Method) -> Markup:
    """Render the target's own rule with the numbers of the chosen unit put in, and the link to where they come from."""
    target = method.target
    figure = method.figure
    unit_name = words.of(method.unit, "name")
    if figure is None:
        return page_header.remark(words("origin.not_counted", target=target.target_code, unit=unit_name))
    return render(
        "pages/methodology/worked_out.html",
        place=words(
            "methodology.place",
            unit=unit_name,
            period=words.period(state.period),
            window=words(f"window.{state.window}"),
        ),
        status=figure_chip(figure),
        steps=calculation.steps(figure, target, method.rule),
        beyond=calculation.beyond(figure, method.periods_left),
        origin_href=state.href("origin", target=target.target_code, unit=method.unit.unit_code),
    )


def terms_table(terms: Sequence[Term]) -> Markup:
    """Render the columns of forms that make up numerator and denominator, and how quarters combine."""
    cell = Markup("<span>{}</span><small>{}</small>")
    columns: list[Column[Term]] = [
        Column("origin.cell", lambda term: cell.format(words.of(term, "header"), term.sheet_name)),
        Column("origin.term", lambda term: words(f"origin.{term.term}")),
        Column("origin.rule", lambda term: words(f"window_rule.{term.window_rule}")),
    ]
    return table_of("terms", columns, terms, words("methodology.terms"))


def breaks_list(breaks: Sequence[SeriesBreak]) -> Markup:
    """Render when a series stopped being comparable, and why."""
    return render("pages/methodology/breaks.html", breaks=breaks)


def general_rules(margin_pct: float | None, topics: Sequence[str]) -> Markup:
    """Render the rules of every target: the statuses in the order of the rule, and the other rules by topic."""
    figures = rule_figures(margin_pct)
    columns: list[Column[str]] = [
        Column("figures.status", chip),
        Column("methodology.when", lambda status: words(f"methodology.status_{status}", **figures)),
    ]
    absent = [status for status in ABSENT if status != "suppressed"]
    shown = (*absent, "monitor", *SHOWN, "suppressed")
    statuses = table_of("statuses", columns, shown, words("methodology.statuses"))
    return render("pages/methodology/general_rules.html", statuses=statuses, topics=topics, figures=figures)
