"""Memo to a district: late targets, changes, its report, its actions, requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from app.analysis import progress_summary
from app.analysis.action_state import ActionStates, action_states, has_ended
from app.analysis.lateness import certainty, is_certainly_late, late_rows, late_text
from app.analysis.period_state import is_any_judged, period_sentence
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.status import sign_of
from app.core.url_state import State
from app.deck.figure_bridges import moved_figures
from app.exports.letters.letter import Cell, Column, Letter
from app.exports.letters.sentences import moved, quarter, report_line, shortened
from app.exports.shared.origin import origin_of
from app.pages.shared.period_text import year_sentence
from app.queries import plan, progress, reporters, reporting, tasks
from app.queries.office import office_of
from app.records import Progress, Target, Unit
from app.ui.change_text import change_in_brief
from app.ui.figure_text import few, gap_text, threshold_text, value_text
from app.ui.print_header import label
from warehouse.desk import Action


@dataclass(frozen=True, slots=True)
class Share:
    """Number of named items of each list; the others are counted. Of `bridges` each explains one change."""

    targets: int
    changes: int
    actions: int
    tasks: int
    bridges: int = 0


# From longest to shortest: the first that fits one page is used.
SHARES = (
    Share(8, 3, 3, 3, 2),
    Share(6, 3, 3, 3, 1),
    Share(6, 2, 2, 2, 1),
    Share(5, 2, 2, 2, 1),
    Share(4, 1, 2, 1),
    Share(3, 1, 1, 1),
    Share(2, 1, 1, 1),
    Share(1, 1, 1, 1),
)
LONGEST_ACTION, LONGEST_OWNER = 110, 60
NAMED_HEIRS = 3
ASKED = 3


def memos(context: Context, unit: Unit) -> Iterator[Letter]:
    """Return the document in versions, from the most complete to the shortest."""
    return (_letter(context, unit, share) for share in SHARES)


def _letter(context: Context, unit: Unit, share: Share) -> Letter:
    state, reader = context.state, context.reader
    own = progress.unit_progress(reader, unit.unit_code, state.period, state.window)
    city = progress.level_progress(reader, context.city.unit_level, state.period, state.window)
    summary = progress_summary.unit_summary(own)
    moves = progress_summary.unit_moves(own, context.targets)
    name = words.of(unit, "name")
    title = words("memo.abstract", district=name, period=quarter(state.period))
    letter = Letter(label(context), title, origin_of(context.publication))
    letter.letterhead(words("memo.symbol"), words.of(context.city, "name"))
    letter.title(words("memo.kind"), title)
    letter.addressee(_addressee(context, unit))
    if opening := period_sentence(context.period, context.publication.as_of_date):
        letter.paragraph(f"{opening}.")
    is_open = not (summary.is_silent or is_any_judged(own))
    letter.paragraph(words("memo.open", district=name) if is_open else _state(context.state, unit, summary))
    if covered := year_sentence(context, own):
        letter.paragraph(covered)
    late = [row for row in late_rows(own, context.targets) if is_certainly_late(row)]
    unsure = [row for row in late_rows(own, context.targets) if not is_certainly_late(row)]
    # Sections that have nothing to say are left out, and the others numbered without a gap.
    numbers = count(1)
    if late or unsure:
        letter.heading(f"{next(numbers)}. {words('memo.late')}")
    if late:
        _late_table(letter, context.targets, late, {row.target_code: row for row in city}, share.targets)
    if unsure:
        letter.paragraph(_unsure(context.targets, unsure, share.targets))
    letter.heading(f"{next(numbers)}. {words('memo.changes')}")
    letter.paragraph(
        words("memo.no_change_yet") if is_open else _changes(context.targets, summary, moves, share.changes)
    )
    for _, spec in moved_figures(context, unit, own, None, share.bridges) if share.bridges else ():
        letter.paragraph(spec.sentence)
    letter.heading(f"{next(numbers)}. {words('memo.reports')}")
    letter.paragraph(_reports(context, unit, own))
    letter.heading(f"{next(numbers)}. {words('memo.works')}")
    for text in _works(context, unit, share):
        letter.item(text)
    letter.heading(f"{next(numbers)}. {words('memo.asked')}")
    if is_open:
        letter.paragraph(words("memo.ask_due", due=formatting.date(context.period.due_date)))
    else:
        letter.paragraph(_asked(context.targets, summary, late))
    letter.close(words("memo.copies").split("|"))
    return letter


def _state(state: State, unit: Unit, summary: progress_summary.UnitSummary) -> str:
    period = quarter(state.period)
    window = words(f"window.{state.window}").lower()
    if summary.is_silent:
        return words("memo.silent", district=words.of(unit, "name"), period=period, window=window)
    return words(
        "memo.state",
        district=words.of(unit, "name"),
        period=period,
        window=window,
        good=summary.good_count,
        of=summary.judged_count,
        met=summary.met_count,
        late=late_text(summary.late, words("headline.targets", count=summary.judged_count)),
    )


def _late_table(
    letter: Letter, targets: dict[str, Target], late: Sequence[Progress], city: Mapping[str, Progress], count: int
) -> None:
    columns = (
        Column(words("memo.target"), 52),
        Column(words("memo.value"), 17, "Number"),
        Column(words("memo.limit"), 26, "Number"),
        Column(words("memo.city"), 20, "Number"),
        Column(words("memo.change"), 21, "Number"),
        Column(words("memo.status"), 29),
    )
    rows = []
    for row in late[:count]:
        target = targets[row.target_code]
        limit = threshold_text(target)
        if row.path_pct:
            path = words.milestone(row.path_pct, row.value_pct)
            limit = words("memo.limit_path", threshold=limit, path=path)
        whole = city.get(row.target_code)
        rows.append(
            (
                f"{target.target_code} {words.of(target, 'short_name')}",
                Cell(value_text(row), is_bold=True),
                limit,
                value_text(whole) if whole and whole.is_judged else formatting.MISSING,
                change_in_brief(row, target) or formatting.MISSING,
                f"{sign_of(row.shown_status)} {words.status(row.shown_status)}",
            )
        )
    letter.table(columns, rows)
    if len(late) > count:
        more = [words.of(targets[row.target_code], "short_name") for row in late[count:]]
        letter.paragraph(words("memo.more_targets", count=len(more), targets=", ".join(more)))


def _unsure(targets: dict[str, Target], rows: Sequence[Progress], named_count: int) -> str:
    """Return the targets that may be late, grouped by the reason why this is not certain."""
    reasons = []
    for why, members in group_by(rows, certainty).items():
        names = [f"{sign_of(row.shown_status)} {words.of(targets[row.target_code], 'short_name')}" for row in members]
        named = few(names, named_count, "calls.further_targets")
        reasons.append(words("memo.unsure_why", targets=named, why=words(f"certainty.{why}")))
    return words("memo.unsure", targets="; ".join(reasons))


def _changes(
    targets: dict[str, Target],
    summary: progress_summary.UnitSummary,
    moves: progress_summary.UnitMoves,
    named_count: int,
) -> str:
    parts = [f"{words('change.sign')} {words('change.because')}."] if summary.unlike else []
    for key, rows in (("memo.worse", moves.worse), ("memo.better", moves.better), ("memo.aside", moves.aside)):
        if rows:
            named = "; ".join(moved(row, targets) for row in rows[:named_count])
            further = len(rows) - named_count
            parts.append(words(key, count=len(rows), changes=named))
            parts += [words("memo.further", count=further)] if further > 0 else []
    return " ".join(parts) or words("memo.no_change")


def _reports(context: Context, unit: Unit, own: Sequence[Progress]) -> str:
    reader = context.reader
    period = context.state.period
    report = next((row for row in reporters.reports(reader, unit.unit_code) if row.period_code == period), None)
    text = report_line(report, context.publication.as_of_date) if report else words("memo.no_report")
    changed = sum(1 for row in reporting.revisions(reader, unit.unit_code) if row.period_code == period)
    if changed:
        text += " " + words("memo.corrected", count=changed)
    doubtful = sum(1 for row in own if row.is_provisional and row.value_pct is not None)
    if doubtful:
        text += " " + words("memo.provisional", count=doubtful)
    return text


def _works(context: Context, unit: Unit, share: Share) -> list[str]:
    """Return the open actions of reviews, and the plan's overdue work contents."""
    day = context.publication.as_of_date
    actions = [action for action in context.desk.actions(unit=unit.unit_code) if action.is_unfinished]
    states = action_states(context.reader, actions, day)
    texts = [_action(action, states) for action in actions[: share.actions]]
    if len(actions) > share.actions:
        texts.append(words("memo.more_actions", count=len(actions) - share.actions))
    if not actions:
        texts.append(words("memo.no_action"))
    rows = tasks.unit_tasks(context.reader, unit.unit_code, context.state.period)
    overdue = [
        words("memo.overdue_task", code=row.task_code, due=quarter(row.due_period_code))
        for row in rows
        if row.is_overdue and row.due_period_code
    ]
    if overdue:
        named = few(overdue, share.tasks, "memo.further_tasks")
        texts.append(words("memo.overdue_tasks", count=len(overdue), tasks=named))
    return texts


def _action(action: Action, states: ActionStates) -> str:
    what = shortened(action.what, LONGEST_ACTION)
    # The head of the memo names the units that replace an ended unit.
    owner = words("actions.now_nobody") if states.is_without_unit(action) else action.owner
    key = "memo.action_overdue" if states.is_overdue(action) else "memo.action"
    return words(
        key, what=what.rstrip("."), owner=shortened(owner, LONGEST_OWNER), due=formatting.date(action.due_date)
    )


def _addressee(context: Context, unit: Unit) -> str:
    """Return the unit of the memo; for an ended unit those that replace it, or else the city's office."""
    today = context.publication.as_of_date
    name = words.of(unit, "name")
    if not has_ended(unit, today):
        return words("memo.to", district=name)
    heirs = [words.of(heir, "name") for heir in plan.authorities_after(context.reader, [unit], today)[unit]]
    key = "memo.to_heirs" if heirs else "memo.to_office"
    office = office_of(context.reader, context.city, today)
    return words(key, heirs=few(heirs, NAMED_HEIRS), office=office, district=name, until=formatting.date(unit.valid_to))


def _asked(targets: dict[str, Target], summary: progress_summary.UnitSummary, late: Sequence[Progress]) -> str:
    if summary.is_silent:
        return words("memo.ask_report")
    if not late:
        return words("memo.ask_keep")
    first = []
    for row in late[:ASKED]:
        target = targets[row.target_code]
        gap = gap_text(row, target)
        first.append(words("memo.ask_target", target=words.of(target, "short_name"), gap=gap))
    return words("memo.ask_support", targets=", ".join(first))
