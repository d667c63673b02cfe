"""One reporter's quarter at the registry: every version newest first, what was decided, what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from app.analysis.report_state import submission_state
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.pages.shared.cell_changes import change_tables
from app.pages.shared.problem_tables import problem_tables
from app.ui.cards import folded
from app.ui.page_header import remark
from app.ui.status import chip_saying
from warehouse.intake.records import AuditEvent, CellChange, Problem, Received

# Changes of each submission against the version before it, by number; None where nothing can be told.
Changes = Mapping[int, Sequence[CellChange] | None]


def versions(
    submissions: Sequence[Received],
    counting: int | None,
    changes: Changes,
    problems: Mapping[int, Sequence[Problem]],
    original: Callable[[int], str] | None,
    words: Words,
    *,
    is_whole: bool,
) -> Markup:
    """The submissions newest first; `counting` is the number of the one that counts, `original` makes the address of
    a file, `problems` say why one was refused. Unless it is the whole, changes in counts of people are left out."""
    items = "".join(
        _version(one, one.submission.submission_id == counting, changes, problems, original, words, is_whole=is_whole)
        for one in submissions
    )
    return Markup(f"<ol class='submissions versions'>{items}</ol>")


def _version(
    one: Received,
    is_counting: bool,
    changes: Changes,
    problems: Mapping[int, Sequence[Problem]],
    original: Callable[[int], str] | None,
    words: Words,
    *,
    is_whole: bool,
) -> str:
    row = one.submission
    title = words("received.version", version=row.version) if row.version else words("received.refused")
    state = "counting" if is_counting else "replaced" if one.state == "accepted" else one.state
    lines = [words("received.sent", at=formatting.moment(row.received_at), by=row.submitted_by, name=row.file_name)]
    if one.note:
        lines.append(words("received.note", note=one.note))
    if one.decided_by and one.state in ("accepted", "returned") and one.decided_at != row.landed_at:
        decided = {"at": formatting.moment(one.decided_at), "by": one.decided_by}
        lines.append(words(f"received.decided_{one.state}", **decided))
    if one.reason:
        lines.append(words("received.reason", reason=one.reason))
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if original and row.version:
        told += f"<p><a href='{escape(original(row.submission_id))}' download>{escape(words('received.file'))}</a></p>"
    body = _questions(one, words) + _why(problems.get(row.submission_id, ()), words)
    if row.submission_id in changes:
        body += _changes(changes[row.submission_id], row.version, words, is_whole=is_whole)
    mark = chip_saying(submission_state(one), words(f"received.{state}"))
    return f"<li><p><b>{escape(title)}</b> {mark}</p>{told}{body}</li>"


def _questions(one: Received, words: Words) -> Markup:
    if not one.questions:
        return NOTHING
    title = words("received.questions", count=len(one.questions))
    return folded(title, problem_tables(one.questions, words, title))


def _why(problems: Sequence[Problem], words: Words) -> Markup:
    if not problems:
        return NOTHING
    title = words("received.problems", count=len(problems))
    return folded(title, problem_tables(problems, words, title))


def _changes(changes: Sequence[CellChange] | None, version: int | None, words: Words, *, is_whole: bool) -> Markup:
    if changes is None:
        return remark(words("received.changes_unknown"))
    if (version or 1) == 1 and not changes:
        return NOTHING
    told = NOTHING if is_whole else remark(words("changes_in.people_left_out"))
    if not changes:
        return told or remark(words("received.changes_none"))
    title = words("calendar.changed_cells", count=len(changes))
    tables = change_tables(changes, words, title)
    return Markup(f"<details open><summary>{escape(title)}</summary>{tables}</details>") + told


def trail(events: Sequence[AuditEvent], words: Words) -> Markup:
    """What happened, newest first; nothing can be changed or taken away there."""
    items = "".join(_event(event, words) for event in events)
    return Markup(f"<ol class='timeline'>{items}</ol>")


def _event(event: AuditEvent, words: Words) -> str:
    said = f"<p class='said'>{escape(event.reason)}</p>" if event.reason else ""
    version = event.after.get("version")
    what = words(f"audit.{event.kind}") + (f" · {words('received.version', version=version)}" if version else "")
    if event.submission_id:
        what += f" · {words('audit.number', number=event.submission_id)}"
    return (
        f"<li><b>{escape(what)}</b> <span class='note'>{escape(event.event_by)}, "
        f"<time class='n'>{formatting.moment(event.event_at)}</time></span>{said}</li>"
    )
