"""A digest as lines of text with addresses: of an office item by item, of a leader ten lines about the whole plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.report_phrase import report_phrase
from app.analysis.watched_view import ViewChange
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import Context
from app.core.saved_views import view_address
from app.digest.items import KINDS, LATE, PAGES, Item
from app.queries import followup, plan, tasks
from app.records import Progress
from app.records.reporters import ReporterPeriod
from app.records.review import ChangedFigure
from app.records.tasks import TaskState
from app.ui.figure_text import few, value_and_status

# Lines of a section for an office, and of a whole digest for a leader.
SECTION_LINES, LEADER_LINES = 12, 10
# Units named in a line.
NAMED_UNITS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and the address of the page about it in this app; empty where the recipient may open none."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind under a title; `more` states how many are left out, empty for none."""

    title: str
    lines: Sequence[Line]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a context, with the names of units, targets and work contents by code."""

    context: Context
    targets: Mapping[str, str]
    tasks: Mapping[str, str]

    @classmethod
    def of(cls, context: Context) -> Names:
        """Return the names that a version has for the quarter of a context."""
        targets = {code: words.of(target, "short_name") for code, target in plan.named_targets(context.reader).items()}
        work = {task.task_code: words.of(task, "name") for task in tasks.tasks(context.reader, context.state.period)}
        return cls(context, targets, work)

    def unit(self, item: Item) -> str:
        """Return the name of an item's unit: of a late figure that of the quarter, else that of its last authority."""
        now = self.context.district(item.unit_code) if item.kind == LATE else self.context.reporter(item.unit_code)
        unit = now or followup.known_units(self.context.reader).get(item.unit_code)
        return words.of(unit, "name") if unit else item.unit_code

    def units(self, items: Sequence[Item]) -> str:
        """Return the names of the first units of some items, and how many more there are."""
        first = {item.unit_code: item for item in reversed(items)}
        ordered = dict.fromkeys(item.unit_code for item in items)
        return few([self.unit(first[code]) for code in ordered], NAMED_UNITS)


def unit_sections(context: Context, items: Sequence[Item], *, names_units: bool) -> list[Section]:
    """Return the items one by one, by kind; `names_units` where they may be of several units."""
    names = Names.of(context)
    sections = []
    for kind, own in group_by(items, lambda item: item.kind).items():
        lines = [_line(item, names, names_units=names_units) for item in own[:SECTION_LINES]]
        left = len(own) - len(lines)
        more = words("digest.more", count=left) if left else ""
        sections.append(Section(words(f"digest.title_{kind}"), lines, more))
    return sections


def leader_lines(context: Context, items: Sequence[Item]) -> list[Line]:
    """Return at most ten lines about all units: each kind with its number and the first units, late figures by target,
    the targets that are late in most units first."""
    names = Names.of(context)
    by_kind = group_by(items, lambda item: item.kind)
    late = by_kind.pop(LATE, [])
    top = [item for item in late if item.unit_code == context.city.unit_code]
    before = [_late_targets("digest.late_top", top, names)] if top else []
    after = [_counted(kind, by_kind[kind], names) for kind in KINDS if kind in by_kind]
    by_target = group_by((item for item in late if item not in top), lambda item: item.cell[0])
    ordered = sorted(by_target.values(), key=lambda own: (-len(own), own[0].cell[0]))
    room = LEADER_LINES - len(before) - len(after)
    shown = len(ordered) if len(ordered) <= room else room - 1
    lines = [_late_target(own, names) for own in ordered[:shown]]
    if rest := [own[0] for own in ordered[shown:]]:
        lines.append(_late_targets("digest.late_rest", rest, names))
    return [*before, *lines, *after]


def view_section(changes: Sequence[ViewChange]) -> list[Section]:
    """Return what changed in the views that the recipient watches; empty where nothing did."""
    lines = [_view(change) for change in changes]
    return [Section(words("digest.title_view"), lines)] if lines else []


def _view(change: ViewChange) -> Line:
    now = change.now
    rows = [
        words(
            "digest.view_row",
            target=words.of(now.targets[row.target_code], "short_name"),
            unit=words.of(now.units[row.unit_code], "name"),
        )
        for row in change.entered[:NAMED_UNITS]
    ]
    if left := len(change.entered) - len(rows):
        rows.append(words("digest.view_more", count=left))
    text = words(
        "digest.view_named" if rows else "digest.view",
        name=now.view.name,
        entered=len(change.entered),
        rows="; ".join(rows),
        left=change.left_count,
    )
    return Line(text, view_address(now.view, words.lang))


def _line(item: Item, names: Names, *, names_units: bool) -> Line:
    text, href = _fact(item, names)
    if names_units:
        text = words("digest.of_unit", unit=names.unit(item), what=text)
    return Line(text, href)


def _fact(item: Item, names: Names) -> tuple[str, str]:
    """Return one fact, without its unit, and the address of the page about it."""
    href, fact, unit = names.context.state.href, item.fact, item.unit_code
    if isinstance(fact, ReporterPeriod):
        phrase = report_phrase(fact, names.context.publication.as_of_date)
        text = words("digest.report", period=words.period(fact.period_code), phrase=phrase)
        return text, href(PAGES[item.kind], unit=unit, period=fact.period_code)
    if isinstance(fact, TaskState):
        due = words.period(fact.due_period_code) if fact.due_period_code else formatting.MISSING
        return words("digest.task", task=names.tasks[fact.task_code], period=due), href("tasks", unit=unit)
    if isinstance(fact, Progress | ChangedFigure):
        return _figure(item, fact, names)
    # The task of an action is free text, which may contain a count: it is read on its page.
    about = names.targets.get(fact.target_code or "", "")
    key = "digest.action_target" if about else "digest.action"
    text = words(key, target=about, given=formatting.date(fact.opened_at), due=formatting.date(fact.due_date))
    return text, href("actions", action=str(fact.action_id))


def _figure(item: Item, fact: Progress | ChangedFigure, names: Names) -> tuple[str, str]:
    href = names.context.state.href
    target, unit = item.cell
    name = names.targets[target]
    if isinstance(fact, ChangedFigure):
        then, now = value_and_status(fact.then), value_and_status(fact.now)
        return words("digest.moved", target=name, then=then, now=now), href("changes", unit=None)
    page = unit_page(fact.unit_level)
    address = href(page, unit=unit, target=target) if page else href("target", target=target)
    since = words.period(fact.late_since_period_code or fact.period_code)
    return words("digest.late", target=name, figure=value_and_status(fact), since=since), address


def _counted(kind: str, items: Sequence[Item], names: Names) -> Line:
    text = words(f"digest.count_{kind}", count=len(items), units=names.units(items))
    return Line(text, names.context.state.href(PAGES[kind]))


def _late_target(items: Sequence[Item], names: Names) -> Line:
    target = items[0].cell[0]
    units = names.units(items)
    text = words("digest.late_target", target=names.targets[target], count=len(items), units=units)
    return Line(text, names.context.state.href("target", target=target))


def _late_targets(key: str, items: Sequence[Item], names: Names) -> Line:
    text = words(key, targets=words.listed([names.targets[item.cell[0]] for item in items]))
    return Line(text, names.context.state.href(""))
