"""How targets are defined and counted, in words that come from seeds and text catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.status import ABSENT, JUDGED
from app.core.url_state import Href
from app.records import Target
from app.records.origin import Break, Rule, Term
from app.ui.figure_text import threshold_text
from app.ui.status import chip
from app.ui.tables import table

TOPICS = (
    "windows",
    "taking_part",
    "missing",
    "path",
    "change",
    "exact",
    "interval",
    "funnel",
    "suppression",
    "revisions",
)


def target_list(targets: Iterable[Target], chosen: Target, link: Href, words: Words) -> Markup:
    """Every target by group, each a way to its method; the chosen one is marked."""
    parts = ""
    for _, members in groupby(targets, key=lambda target: target.group_code):
        group = list(members)
        items = "".join(
            f"<li><a href='{escape(link(target=one.target_code))}'{' aria-current=page' if one is chosen else ''}>"
            f"<i>{escape(one.target_code)}</i> {escape(words.of(one, 'short_name'))}</a></li>"
            for one in group
        )
        parts += f"<li><b>{escape(words.of(group[0], 'group_name'))}</b><ul>{items}</ul></li>"
    return Markup(f"<ul class='targets'>{parts}</ul>")


def definition(target: Target, rule: Rule, words: Words) -> Markup:
    """What a target means: definition, formula in words, on what the threshold rests, what is counted, caveats."""
    formula = words(
        "methodology.formula", numerator=words.of(target, "numerator"), denominator=words.of(target, "denominator")
    )
    kind = f"{'kind' if target.threshold_pct is not None else 'kind_followed'}.{target.kind}"
    facts = [
        words(f"basis.{target.basis}", threshold=threshold_text(target, words)),
        words(kind),
        words(f"methodology.counting_{rule.counting_rule}", levels=_levels(target, rule, words)),
        words.of(target, "caveat"),
    ]
    lines = "".join(f"<li>{escape(text)}</li>" for text in facts if text)
    meaning = escape(words.of(target, "definition"))
    return Markup(f"<p>{meaning}</p><p><b>{escape(formula)}</b></p><ul class='dots'>{lines}</ul>")


def _levels(target: Target, rule: Rule, words: Words) -> str:
    names = [words(f"methodology.level_{level}") for level in target.counted_levels.split("|")]
    levels = words.join([escape(name) for name in names])
    return words("methodology.rural", levels=levels) if rule.rural_only else levels


def terms_table(terms: Sequence[Term], words: Words) -> Markup:
    """The columns of forms that make up numerator and denominator, and how quarters combine."""
    heads = [(words("origin.cell"), ""), (words("origin.term"), ""), (words("origin.rule"), "")]
    lines = [
        (
            Markup(f"<span>{escape(words.of(term, 'header'))}</span><small>{escape(term.sheet_name)}</small>"),
            words(f"origin.{term.term}"),
            words(f"window_rule.{term.window_rule}"),
        )
        for term in terms
    ]
    return table("terms", heads, lines, words("methodology.terms"))


def breaks_list(breaks: Sequence[Break], words: Words) -> Markup:
    """When a series stopped being comparable, and why."""
    items = "".join(
        f"<li><b>{escape(words.period(one.period_code))} · {escape(words.of(one, 'label'))}</b> "
        f"<small>{escape(words(f'methodology.break_{one.kind}'))}</small><p>{escape(words.of(one, 'text'))}</p></li>"
        for one in breaks
    )
    return Markup(f"<ul class='breaks'>{items}</ul>")


def general(words: Words, margin: float | None, small: int) -> Markup:
    """What holds for every target: the statuses in the order of the rule, and the other rules one by one."""
    told = {"margin": words.percent(margin), "small": words.number(small)}
    heads = [(words("figures.status"), ""), (words("methodology.when"), "")]
    order = [status for status in ABSENT if status != "suppressed"]
    lines = [
        (chip(status, words), words(f"methodology.status_{status}", **told))
        for status in (*order, "monitor", *JUDGED, "suppressed")
    ]
    statuses = table("statuses", heads, lines, words("methodology.statuses"))
    topics = "".join(
        f"<div><dt>{escape(words(f'methodology.topic_{name}'))}</dt>"
        f"<dd>{escape(words(f'methodology.text_{name}', **told))}</dd></div>"
        for name in TOPICS
    )
    return Markup(f"<div class='rules'><div>{statuses}</div><dl>{topics}</dl></div>")
