"""The head of a target's page and its definition: the finding first, what it means last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Progress, Target
from app.records.target import TargetTerm
from app.ui.figure_text import footing, threshold_text, value_text
from app.ui.page_header import link_to
from app.ui.status import chip


def target_head(target: Target, now: Progress | None, choices: Markup, ways: Markup, words: Words) -> Markup:
    """The city's figure, what it rests on, what the target asks for; `ways` lead on from the figure."""
    value, status, story = "", Markup(""), [_kind(target, words)]
    if now is not None:
        sign = "" if now.value_pct is None else "<small>%</small>"
        value = f"<b class='big n'>{value_text(now, words)}{sign}</b>"
        status = chip(now.status, words, now.is_provisional and now.value_pct is not None)
        story = [*footing(now, target, words), _basis(target, words), *story]
    items = "".join(f"<li>{escape(line)}</li>" for line in story)
    return Markup(
        f"<section class='head target-head'><div class='choose'>{choices}</div>"
        f"<h1>{escape(words.of(target, 'name'))}</h1>"
        f"<div class='now'>{value}{status}<ul>{items}</ul></div>"
        f"<p class='definition'>{escape(words.of(target, 'definition'))} <span class='ways'>{ways}</span></p></section>"
    )


def definition(target: Target, terms: Sequence[TargetTerm], link: Href | None, words: Words) -> Markup:
    """What is counted, from which cells of which forms, how it is judged, and what to beware of.

    `link(page, **parameters)` leads to the methodology; None while there is no such page.
    """
    entries = [
        ("formula", f"{words.of(target, 'numerator')} ÷ {words.of(target, 'denominator')}"),
        ("basis", f"{_basis(target, words)}. {_kind(target, words)}."),
        ("caveat", words.of(target, "caveat")),
    ]
    rows = "".join(
        f"<dt>{escape(words(f'definition.{name}'))}</dt><dd>{escape(text)}</dd>" for name, text in entries if text
    )
    sources = "".join(_source(list(members), words) for _, members in groupby(terms, key=lambda term: term.form_code))
    if sources:
        rows += f"<dt>{escape(words('definition.sources'))}</dt><dd><ul>{sources}</ul></dd>"
    more = ""
    if link is not None:
        href = link("methodology", target=target.target_code)
        more = f"<p class='ways'>{link_to(href, words('definition.methodology'))}</p>"
    return Markup(f"<dl class='definitions'>{rows}</dl>{more}")


def _source(terms: list[TargetTerm], words: Words) -> str:
    columns = dict.fromkeys(words.of(term, "header") for term in terms)
    text = words(
        "definition.source",
        form=terms[0].form_code,
        name=words.of(terms[0], "form_name"),
        columns="; ".join(columns),
    )
    return f"<li>{escape(text)}</li>"


def _basis(target: Target, words: Words) -> str:
    return words(f"basis.{target.basis}", threshold=threshold_text(target, words))


def _kind(target: Target, words: Words) -> str:
    return words(f"{'kind' if target.threshold_pct is not None else 'kind_followed'}.{target.kind}")
