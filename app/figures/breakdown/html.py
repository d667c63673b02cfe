"""What a target counts, part by part: channels, audiences, kinds of establishment, sanctions, services.

Which parts a target has stands in the mart; nothing here knows a target.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.records import Progress
from app.records.target import BreakdownPart

FULL_PCT = 100.0


def breakdowns(parts: Sequence[BreakdownPart], row: Progress | None, place: str, words: Words) -> Markup:
    """One table of bars a breakdown, for one place; `row` is the place's figure of the target itself.

    Largest part first, parts that nobody reported last and without a bar: missing is not zero.
    """
    drawn = "".join(
        _breakdown(list(members), place, words) for _, members in groupby(parts, key=lambda part: part.breakdown_code)
    )
    if not drawn:
        return Markup("")
    return Markup(f"<div class='breakdowns'>{drawn}</div>{_footing(parts, row, words)}")


def breakdown_sheet(title: str, parts: Sequence[BreakdownPart], words: Words) -> Sheet:
    """Every part as raw values."""
    columns = (
        Column(words("breakdown.breakdown")),
        Column(words("breakdown.category")),
        Column(words("breakdown.count"), "count"),
        Column(words("breakdown.share"), "percent"),
        Column(words("breakdown.base"), "count"),
        Column(words("breakdown.rate"), "percent"),
    )
    rows = tuple(
        (
            words.of(part, "title"),
            words.of(part, "category"),
            part.value_count,
            part.share_pct,
            part.base_count,
            part.rate_pct,
        )
        for part in parts
    )
    return Sheet(title, columns, rows)


def _breakdown(parts: list[BreakdownPart], place: str, words: Words) -> str:
    title = words.of(parts[0], "title")
    if all(part.value_count is None for part in parts):
        reason = "hidden_all" if any(part.is_hidden for part in parts) else "nothing"
        why = escape(words(f"breakdown.{reason}", place=place))
        return f"<div class='breakdown'><h3>{escape(title)}</h3><p class='note'>{why}</p></div>"
    has_rate = any(part.rate_pct is not None for part in parts)
    longest = max(part.value_count or 0.0 for part in parts)
    ordered = sorted(parts, key=lambda part: -1.0 if part.value_count is None else part.value_count, reverse=True)
    body = "".join(_line(part, longest, has_rate, words) for part in ordered)
    total = parts[0].total_count
    sub = "" if total is None else words("breakdown.total", total=words.number(total), unit=words.of(parts[0], "unit"))
    names = [("breakdown.category", "sr"), ("", "amount"), ("breakdown.count", "n"), ("breakdown.share", "n")]
    names += [("breakdown.rate", "n")] if has_rate else []
    head = "".join(
        f"<th scope='col' class='{kind}'>{escape(words(key))}</th>" if key else f"<td class='{kind}'></td>"
        for key, kind in names
    )
    return (
        f"<div class='breakdown'><h3>{escape(title)}</h3><p class='note'>{escape(place)}"
        f"{escape(f' · {sub}' if sub else '')}</p><table class='list counts'>"
        f"<caption class='sr'>{escape(f'{title} · {place}')}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(part: BreakdownPart, longest: float, has_rate: bool, words: Words) -> str:
    name = f"<th scope='row'>{escape(words.of(part, 'category'))}</th>"
    if part.value_count is None:
        why = words("breakdown.hidden" if part.is_hidden else "breakdown.missing")
        return f"<tr>{name}<td class='why' colspan='{4 if has_rate else 3}'>{escape(why)}</td></tr>"
    width = FULL_PCT * part.value_count / longest if longest else 0.0
    share = formatting.MISSING if part.share_pct is None else f"{words.percent(part.share_pct)}%"
    cells = f"<td class='n'>{escape(words.number(part.value_count))}</td><td class='n'>{escape(share)}</td>"
    if has_rate:
        rate = formatting.MISSING if part.rate_pct is None else f"{words.percent(part.rate_pct)}%"
        cells += f"<td class='n'>{escape(rate)}</td>"
    bar = (
        f"<svg class='meter' aria-hidden='true'><rect width='{width:.1f}%' height='100%'/></svg>"
        if part.value_count
        else ""
    )
    return f"<tr>{name}<td class='amount'>{bar}</td>{cells}</tr>"


def _footing(parts: Sequence[BreakdownPart], row: Progress | None, words: Words) -> str:
    """What of the expected reports these counts rest on, and how shares are to be read."""
    lines = []
    if row is not None and row.reporting_rate_pct is not None:
        key = "breakdown.partial" if row.is_provisional else "breakdown.whole"
        lines.append(words(key, rate=words.percent(row.reporting_rate_pct)))
    lines += [
        words("breakdown.rate_note", base=base)
        for base in dict.fromkeys(words.of(part, "base") for part in parts if part.rate_pct is not None)
    ]
    lines += dict.fromkeys(
        words.first(f"breakdown_note.{part.dimension_code}", "breakdown_note.other") for part in parts
    )
    return f"<p class='note'>{escape(' '.join(lines))}</p>" if lines else ""
