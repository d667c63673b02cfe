"""HTML of the comparison's head: choice of units and picture, the finding, why these units, caveats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from app.analysis import comparison, progress_summary
from app.analysis.change import Change, most_changed, most_changed_whole
from app.core import formatting
from app.core.comparable import QUARTERS, breaks_between
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import NOTHING, Context
from app.core.url_state import SHARED_PARAMETERS
from app.pages.compare.data import Against, Chosen, SideRows
from app.pages.shared.figure import target_choice
from app.pages.shared.levels import level_choice
from app.pages.shared.peers import alike
from app.pages.shared.units import find_units, full_name
from app.queries.year_parts import year_parts
from app.records import Progress, Target, Unit
from app.ui.cards import folded
from app.ui.choices import Link, links, select, toggle
from app.ui.figure_text import parts_text, value_text
from app.ui.page_header import link_to, opening
from app.ui.templates import render
from app.ui.year_part_text import year_parts_in_brief, year_parts_text

MOST_FOUND = 12


def header(context: Context, chosen: Chosen, title: str, rows: SideRows, further: Sequence[Markup] = ()) -> Markup:
    """Render the choice of units and picture, the finding, why these units, and caveats; `rows` are those of the
    quarter."""
    lines = [_replaced(context, chosen)]
    if chosen.reason:
        lines.append(words.markup(f"compare.reason_{chosen.reason}", first=full_name(context.reader, chosen.units[0])))
    if len(chosen.levels) > 1:
        lines.append(escape(words("compare.mixed")))
    for unit in chosen.units:
        if unit_page(unit.unit_level) and progress_summary.unit_summary(rows[unit.unit_code]).is_silent:
            href = context.state.href(unit_page(unit.unit_level), unit=unit.unit_code)
            lines.append(words.markup("compare.silent", district=link_to(href, full_name(context.reader, unit))))
    lines += _parts_of_year(context, chosen, rows)
    choice = NOTHING if context.state.is_file else _picker(context, chosen) + _picture_choice(context, chosen)
    return opening(choice, title, [*lines, *further])


def _parts_of_year(context: Context, chosen: Chosen, rows: SideRows) -> list[Markup]:
    """Return which part of the year the figures cover, where units that they count began within it; folded, with the
    targets of each part by name."""
    parts = year_parts(context.reader, context.state.period, context.state.window)
    codes = [unit.unit_code for unit in chosen.sides]
    brief = {code: year_parts_in_brief(rows[code], parts) for code in codes}
    if not any(brief.values()):
        return []
    named = {code: year_parts_text(rows[code], parts, context.targets) for code in codes}
    return [folded(_of_units(context, chosen, brief), escape(_of_units(context, chosen, named)))]


def _of_units(context: Context, chosen: Chosen, covered: Mapping[str, str]) -> str:
    """Return a sentence with the part of the year by unit, once for the units that have the same one."""
    groups = group_by(chosen.sides, lambda unit: covered[unit.unit_code])
    texts = [
        words("year_part.of_named", part=text, names=words.listed([full_name(context.reader, unit) for unit in units]))
        for text, units in groups.items()
        if text
    ]
    return f"{words('year_part.row', part='; '.join(texts))}."


def finding(context: Context, chosen: Chosen, rows: SideRows) -> str:
    """Return where the units differ most in this quarter, and by how many counts; a single unit is compared with the
    city."""
    held = _held(chosen, rows)
    widest = comparison.widest(held)
    if widest is None:
        return words("compare.alike" if comparison.is_comparable(held) else "compare.unknown")
    return _told("compare.widest" if widest.is_ratio else "compare.widest_whole", context, chosen, widest)


def line_on_chance(context: Context, chosen: Chosen, rows: SideRows) -> list[Markup]:
    """Return, for a finding about a ratio, that whole counts are not tested for chance, and where these differ most."""
    held = _held(chosen, rows)
    widest, whole = comparison.widest(held), comparison.widest_whole(held)
    if widest is None or not widest.is_ratio or whole is None:
        return []
    return [escape(_told("compare.beside_whole", context, chosen, whole))]


def _told(key: str, context: Context, chosen: Chosen, widest: comparison.Widest) -> str:
    return words(
        key,
        high=_name(context, chosen, widest.high),
        low=_name(context, chosen, widest.low),
        target=words.of(context.targets[widest.target_code], "name"),
        high_value=value_text(widest.high),
        high_parts=parts_text(widest.high),
        low_value=value_text(widest.low),
        low_parts=parts_text(widest.low),
    )


def finding_since(context: Context, chosen: Chosen, against: Against) -> str:
    """Return what changed most since the other period, apart from chance; or that nothing did, or nothing is
    comparable."""
    changes = _changes(chosen, against)
    largest = most_changed(changes)
    if largest is not None:
        is_whole = largest is most_changed_whole(changes)
        return _told_change("compare.changed_whole" if is_whole else "compare.changed", context, chosen, largest)
    ends = {"since": words.period(against.period), "until": words.period(context.state.period)}
    return words("compare.changed_none" if any(map(_is_stated, changes)) else "compare.changed_unlike", **ends)


def _changes(chosen: Chosen, against: Against) -> list[Change]:
    return [change for code in chosen.codes for change in against.changes[code].values()]


def _told_change(key: str, context: Context, chosen: Chosen, change: Change) -> str:
    return words(
        key,
        unit=_name(context, chosen, change.now),
        target=words.of(context.targets[change.now.target_code], "name"),
        before=value_text(change.before),
        now=value_text(change.now),
        since=words.period(change.before.period_code),
        until=words.period(change.now.period_code),
    )


def line_on_chance_since(context: Context, chosen: Chosen, against: Against) -> list[Markup]:
    """Return the same as `line_on_chance` for the largest change since the other period."""
    changes = _changes(chosen, against)
    largest, whole = most_changed(changes), most_changed_whole(changes)
    if largest is None or whole is None or largest is whole:
        return []
    return [escape(_told_change("compare.beside_changed", context, chosen, whole))]


def lines_against(context: Context, against: Against | None) -> list[Markup]:
    """Return what lies between the two periods, or that the one in the address does not lie before the one shown."""
    state = context.state
    asked = state.get("against")
    if against is None:
        return [escape(words("compare.not_before", period=words.period(asked)))] if asked else []
    between = breaks_between(against.breaks, against.period, state.period)
    named = [
        words("compare.break", period=words.period(one.period_code), label=words.of(one, "label"))
        for one in between
        if one.target_code is None or one.target_code in context.targets
    ]
    lines = [escape(words("compare.between", breaks="; ".join(named)))] if named else []
    if any(change.reason == QUARTERS for changes in against.changes.values() for change in changes.values()):
        quarter = link_to(state.href(window="quarter"), words("window.quarter"))
        lines.append(words.markup("compare.by_quarter", quarter=quarter))
    return lines


def finding_over_time(context: Context, chosen: Chosen, target: Target, rows: SideRows) -> str:
    """Return the highest and the lowest unit on a target now, and the distance; a single unit is compared with the
    city."""
    name = words.of(target, "name")
    period = context.state.period
    ends = comparison.extremes(row for row in _held(chosen, rows) if row.period_code == period)
    if ends is None:
        return words("compare.course_unknown", target=name, period=words.period(period))
    if not ends.points:
        return words("compare.course_same", target=name, value=value_text(ends.high))
    return words(
        "compare.course",
        target=name,
        high=_name(context, chosen, ends.high),
        low=_name(context, chosen, ends.low),
        high_value=value_text(ends.high),
        low_value=value_text(ends.low),
        points=words.percent(ends.points),
    )


def shown_target(context: Context) -> Target:
    """Return the target whose series is shown: the one in the address, else the plan's first."""
    return context.target or next(iter(context.targets.values()))


def _held(chosen: Chosen, rows: SideRows) -> list[Progress]:
    """Return the rows to compare: the units', and the city's too when there is only one unit."""
    is_alone = len(chosen.units) == 1
    sides = chosen.sides if is_alone else chosen.units
    return [row for unit in sides for row in rows[unit.unit_code]]


def _is_stated(change: Change) -> bool:
    return change.reason is None


def _name(context: Context, chosen: Chosen, row: Progress) -> str:
    return full_name(context.reader, next(unit for unit in chosen.sides if unit.unit_code == row.unit_code))


def _replaced(context: Context, chosen: Chosen) -> Markup:
    """Return a line on each unit that the quarter does not have, and its successors."""
    texts = []
    for replaced in chosen.replaced:
        key = "compare.replaced" if replaced.heir else "compare.left_out"
        until = formatting.date(replaced.former.valid_to or replaced.former.valid_from)
        heir = full_name(context.reader, replaced.heir) if replaced.heir else ""
        since = formatting.date(replaced.former.valid_from)
        texts.append(words(key, unit=full_name(context.reader, replaced.former), heir=heir, until=until, since=since))
    return escape(" ".join(texts))


def _picker(context: Context, chosen: Chosen) -> Markup:
    """Render the units as tags that can be taken out; while there is room, those like the first and any found by
    typing."""
    state = context.state
    codes = chosen.codes
    has_room = len(codes) < comparison.MOST_UNITS

    def way(those: Sequence[str]) -> str:
        return state.href(units=",".join(those), unit=None, find=None) if those else ""

    tags = [
        Link(way([code for code in codes if code != unit.unit_code]), full_name(context.reader, unit))
        for unit in chosen.units
    ]
    like = [unit for unit in alike(context, chosen.units[0]) if unit.unit_code not in codes] if has_room else []
    matches = find_units(context, state.get("find") or "", codes) if has_room else []
    # Similar units come first among the matches; the others keep their order.
    matches.sort(key=lambda unit: unit not in like)

    def offers(units: Sequence[Unit]) -> list[Link]:
        return [
            Link(way([*codes, unit.unit_code]), full_name(context.reader, unit), note=_place(context, unit.parent_code))
            for unit in units
        ]

    hits = offers(matches)
    kept = {name: value for name, value in state.own if name not in ("find", "unit", "units")}
    kept |= {"units": ",".join(codes)}
    kept |= {name: value for name in SHARED_PARAMETERS if (value := getattr(state, name))}
    return render(
        "pages/compare/picker.html",
        tags=tags,
        kept=kept,
        has_room=has_room,
        sought=state.get("find") or "",
        hits=hits[:MOST_FOUND],
        more_count=max(0, len(hits) - MOST_FOUND),
        like_title=words("compare.like", unit=full_name(context.reader, chosen.units[0])),
        like=offers(like),
        add_alike=_add_alike(like, chosen, way) if len(like) > 1 else None,
        most=comparison.MOST_UNITS,
    )


def _add_alike(like: Sequence[Unit], chosen: Chosen, way: Callable[[Sequence[str]], str]) -> Link:
    """Return the link to the comparison with the units most like the first, as many as there is room for."""
    codes = chosen.codes
    added = [unit.unit_code for unit in like][: comparison.MOST_UNITS - len(codes)]
    text = words("compare.add_alike", count=len(added))
    return Link(way([*codes, *added]), text)


def _place(context: Context, code: str | None) -> str:
    """Return the place of a unit that matches, by its short name."""
    above = context.district(code)
    return words.of(above, "short_name") if above and not above.is_authority else ""


def _picture_choice(context: Context, chosen: Chosen) -> Markup:
    """Render the choice of level, and of picture: all targets in one quarter, beside another one, or one target over
    the quarters; the units stay."""
    state = context.state
    codes = ",".join(chosen.codes)
    is_trend = state.get("view") == "trend"
    of_period, of_trend = (state.href(units=codes, unit=None, view=view) for view in (None, "trend"))
    options = [
        Link(of_period, words("compare.view_period"), not is_trend, "view-period"),
        Link(of_trend, words("compare.view_trend"), is_trend, "view-trend"),
    ]
    # Units that the address names stay, whatever their level.
    levels = level_choice(context) if chosen.reason == "three" else NOTHING
    choice = levels + toggle(words("compare.view"), options)
    if is_trend:
        return choice + target_choice(context, shown_target(context), units=codes, unit=None)
    earlier = [
        (code, words("compare.against_period", period=words.period(code))) for code in context.periods_so_far[-2::-1]
    ]
    periods = [(None, words("compare.against_none")), *earlier]
    options = links(state.href, "against", periods, state.get("against"), units=codes, unit=None)
    return choice + select("against", words("compare.against"), options)
