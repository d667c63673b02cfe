"""The few lines under the overview's sentence: each a name and what it says, with ways on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Target
from app.ui import page_header

Link = Href


def brief(title: str, lines: Sequence[tuple[str, Markup]]) -> Markup:
    """The sentence, and beneath it lines of (name, text); lines without text are left out."""
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>" for name, text in lines if text)
    told = f"<dl>{told}</dl>" if told else ""
    return Markup(f"<section class='lead brief'><h1>{escape(title)}</h1>{told}</section>")


def calls_name(words: Words) -> Markup:
    """The name of the line of calls, which opens to the rule of their order."""
    name, rule = escape(words("brief.calls")), escape(words("calls.rule"))
    return Markup(f"<details class='menu rule'><summary>{name}</summary><div>{rule}</div></details>")


def rule_on_paper(words: Words) -> Markup:
    """The rule of the calls' order where nothing can be opened."""
    return Markup(f"<small class='on-paper'>{escape(words('calls.rule'))}</small>")


def moves(
    found: progress_summary.Moves, targets: Mapping[str, Target], link: Link, words: Words, is_linked: bool
) -> Markup:
    """How many figures rose and fell, and where most did; if `is_linked`, with ways to the grid of only those."""
    if found.is_unlike:
        return escape(words("change.because"))
    if not found.better_count and not found.worse_count:
        return escape(words("brief.unmoved"))
    parts = [
        _move("rose", found.better_count, found.most_better[:1], targets, link, words, is_linked),
        _move("fell", found.worse_count, found.most_worse[:1], targets, link, words, is_linked),
        escape(words("brief.some_unlike", count=found.unlike_count) if found.unlike_count else ""),
    ]
    return Markup(" · ".join(part for part in parts if part))


def _move(
    kind: str,
    count: int,
    most: Sequence[tuple[str, int]],
    targets: Mapping[str, Target],
    link: Link,
    words: Words,
    is_linked: bool,
) -> Markup:
    text = words(f"brief.{kind}", count=count)
    said = page_header.link_to(link("", status=kind), text) if is_linked and count else escape(text)
    for code, districts in most:
        name = page_header.link_to(link("target", target=code), words.of(targets[code], "short_name"))
        said += words.markup("brief.most", target=name, count=districts)
    return said


def call(one: progress_summary.Call, since: progress_summary.Lasting, name: str, link: Link, words: Words) -> Markup:
    """A district to call: its name, why, and since when, each leading to where one sees it."""
    district = page_header.link_to(link("district", unit=one.unit_code), name)
    why = words.markup("brief.silent" if one.is_silent else "brief.far_behind", count=one.far_behind_count)
    if since.quarter_count < 2:
        lasting = escape(words("brief.since_now"))
    elif since.target_code is None:
        lasting = words.markup("brief.since", count=since.quarter_count, period=words.period(since.since))
    else:
        where = link("district", unit=one.unit_code, target=since.target_code)
        lasting = page_header.link_to(where, words("brief.since_target", count=since.quarter_count))
    return words.markup("brief.call", district=district, why=why, since=lasting)
