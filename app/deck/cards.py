"""One target on a slide: the city's figure, and how the units stand on it."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.formatting import direction
from app.core.i18n import Words
from app.core.page_context import CITY
from app.core.status import ABSENT, JUDGED, LATE, SILENT
from app.deck.data import Material
from app.deck.model import Card, Tally
from app.deck.titles import Standing
from app.figures.line.spec import LineSpec, line_spec
from app.figures.ranking.spec import Ranking, ranking_of
from app.figures.series import Series
from app.records import Progress, Target
from app.ui.figure_text import few, gap_text, threshold_text, value_text

# From what needs support to what is fine, then why there is no figure.
TALLY_ORDER = (*reversed(JUDGED), "monitor", *ABSENT)
# On a narrow card only the worst status has room for names, and for so many.
FEW_NAMES = 8
MOST_BARS = 24
# A line has two ends.
FEWEST_POINTS = 2


def standing(rows: Sequence[Progress]) -> Standing:
    """How many of `rows` have which status."""
    count = {status: sum(row.status == status for row in rows) for status in {row.status for row in rows}}
    return Standing(
        met=count.get("met", 0),
        on_track=count.get("on_track", 0),
        behind=count.get("behind", 0),
        far_behind=count.get("far_behind", 0),
        silent=sum(count.get(status, 0) for status in SILENT),
        not_due=count.get("not_due", 0),
        monitored=count.get("monitor", 0),
    )


def name_of(code: str, material: Material) -> str:
    """A unit's short name; the city's, or the code of a unit that nobody knows."""
    words = material.context.words
    if code == CITY:
        return words("slide.city")
    unit = material.names.get(code)
    return words.of(unit, "short_name") if unit else code


def card(target: Target, material: Material, is_wide: bool) -> Card:
    """A target's card; a wide one has the units' ranking, any has the lists of a target of yes or no."""
    words, code = material.context.words, target.target_code
    row = material.city.get(code)
    rows = [one for one in material.rows if one.target_code == code]
    status = row.status if row else "not_applicable"
    course = _course(target, material)
    return Card(
        name=words.of(target, "short_name"),
        value=value_text(row, words) if row else "",
        status=status,
        status_word=words.status(status),
        lines=tuple(_lines(target, row, words)),
        as_shown=_as_shown(code, material),
        threshold_pct=target.threshold_pct,
        course_title=(
            words("slide.trend", first=course.period_names[0], last=course.period_names[-1]) if course else ""
        ),
        course=course,
        tallies=_tallies(rows, material, is_wide),
        ranking=_ranking(rows, target, material, is_wide),
    )


def _ranking(rows: Sequence[Progress], target: Target, material: Material, is_wide: bool) -> Ranking | None:
    """How the units stand one by one; None where there is no room for it, or no figure of any."""
    units = {unit.unit_code: unit for unit in material.units}
    names = MOST_BARS if is_wide else FEW_NAMES
    ranking = ranking_of(rows, target, units, material.context.words, most_names=names)
    has_room = bool(ranking.answers) or (is_wide and len(rows) <= MOST_BARS)
    has_figure = any(row.value_pct is not None for row in rows)
    return ranking if has_room and has_figure else None


def _course(target: Target, material: Material) -> LineSpec | None:
    """The city's last quarters on the scale of its whole course; None where there is no course to see."""
    words = material.context.words
    whole = material.city_courses.get(target.target_code, ())
    rows = [row for row in whole if row.period_code in material.recent]
    if sum(row.value_pct is not None for row in rows) < FEWEST_POINTS:
        return None
    name = words.of(target, "short_name")
    city = Series(name, words("slide.city"), rows)
    return line_spec([city], [row.period_code for row in rows], target, words, scaled=whole)


def _lines(target: Target, row: Progress | None, words: Words) -> list[str]:
    if target.threshold_pct is None:
        limits = words("slide.limits_none")
    elif row and row.path_pct is not None:
        path = words.percent(row.path_pct)
        limits = words("slide.limits_path", threshold=threshold_text(target, words), path=path)
    else:
        limits = words("slide.limits", threshold=threshold_text(target, words))
    lines = [limits]
    if row and row.status in LATE and (away := gap_text(row, target, words)):
        lines.append(away)
    if row and row.is_unlike_last_quarter:
        lines.append(words("slide.change_unlike"))
    elif row and row.change_prev_quarter_pct is not None:
        points = words.number(abs(row.change_prev_quarter_pct), 1)
        lines.append(words(f"slide.change_{direction(row.change_prev_quarter_pct)}", points=points))
    if row and row.is_provisional and row.value_pct is not None:
        lines.append(words("slide.provisional", rate=words.percent(row.reporting_rate_pct)))
    return lines


def _as_shown(code: str, material: Material) -> str:
    """The sentence on the city's figure of the last review, where it is another one today."""
    words, shown = material.context.words, material.shown
    found = [one for one in shown.changed if (one.now.target_code, one.now.unit_code) == (code, CITY)] if shown else []
    if not found or shown is None:
        return ""
    then, now = (value_text(row, words) + "%" if row.value_pct is not None else words.status(row.status)
                 for row in (found[0].then, found[0].now))  # fmt: skip
    return words("slide.as_shown", period=words.period(shown.review.period_code), then=then, now=now)


def _tallies(rows: Sequence[Progress], material: Material, is_wide: bool) -> tuple[Tally, ...]:
    words, found = material.context.words, []
    is_named = False
    for status in TALLY_ORDER:
        names = [name_of(row.unit_code, material) for row in rows if row.status == status]
        if not names:
            continue
        said = ""
        if len(names) < len(rows) and (is_wide or (status in LATE and not is_named)):
            is_named = True
            said = few(names, words, MOST_BARS if is_wide else FEW_NAMES)
        found.append(Tally(status, words.status(status), len(names), tuple(names), said))
    return tuple(found)
