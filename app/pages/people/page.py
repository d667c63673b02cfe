"""People: holders of roles, sign-ins and refusals, and, for viewers with the right, the access trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.access import Right
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.queries import people
from app.ui import layout, page_header
from app.ui.tables import Column, table_of
from warehouse import clock
from warehouse.people import OTHER_ADDRESSES, SHA256, AccessEvent, AccessKind, Grant, Role, RoleProblem
from warehouse.settings import Settings

COMINGS = (
    AccessKind.SIGNED_IN,
    AccessKind.SIGN_IN_FAILED,
    AccessKind.SIGNED_OUT,
    AccessKind.REFUSED,
    AccessKind.BREAK_GLASS_ISSUED,
    AccessKind.BREAK_GLASS_USED,
    AccessKind.TOKEN_ISSUED,
    AccessKind.TOKEN_WITHDRAWN,
    AccessKind.TOKEN_USED,
)
# Texts of the days of a role among the facts of an event.
DAYS = {"valid_from": "people.event_from", "valid_to": "people.event_to"}


def page(context: Context) -> Page:
    """Render roles, problems in their file, the newest sign-ins and refusals; the whole trail for viewers with the
    right. Without sign-in the page states that."""
    roles = people.roles(context.reader)
    if not Settings.from_env().asks_to_sign_in:
        parts = [words.markup("people.nobody_text")]
        return Page(words("nav.people"), page_header.lead(words("people.nobody_title"), parts))
    grants = sorted(roles, key=lambda grant: (grant.role, grant.unit_code, grant.person))
    holding = {grant.person.casefold() for grant in grants if grant.holds_on(clock.now().date())}
    title = words("people.headline", count=len(holding))
    body = page_header.lead(title, [words.markup("people.lead", file=people.roles_file())])
    body += layout.section(words("people.problems"), _problems(roles.problems), identity="problems")
    body += layout.section(words("people.roles"), _roles(grants), identity="roles")
    comings = people.events(context.reader, COMINGS)
    body += layout.section(words("people.comings"), _events("comings", comings), identity="comings")
    if context.viewer.may(Right.TRAIL):
        trail = _events("trail", people.events(context.reader))
        body += layout.section(words("people.trail"), trail, words("people.trail_note"), "trail")
    return Page(words("nav.people"), body)


def _problems(problems: Sequence[RoleProblem]) -> Markup:
    if not problems:
        return NOTHING
    item = Markup("<li>{}</li>")
    lines = (item.format(problem.located(words.lang)) for problem in problems)
    return Markup("<ul>{}</ul>").format(Markup("").join(lines))


def _roles(grants: Sequence[Grant]) -> Markup:
    day = clock.now().date()
    columns: list[Column[Grant]] = [
        Column("people.person", lambda grant: grant.person),
        Column("people.role", lambda grant: words(f"role.{grant.role.value}")),
        Column("people.unit", lambda grant: people.unit_name(grant.unit_code, day, words.lang)),
        Column("people.valid_from", lambda grant: formatting.date(grant.valid_from)),
        Column("people.valid_to", lambda grant: formatting.date(grant.valid_to) if grant.valid_to else ""),
    ]
    return table_of("roles", columns, grants, words("people.roles")) if grants else NOTHING


def _events(name: str, events: Sequence[AccessEvent]) -> Markup:
    columns: list[Column[AccessEvent]] = [
        Column("people.at", lambda event: formatting.moment(event.event_at)),
        Column("people.person", lambda event: event.person or words("people.unknown")),
        Column("people.kind", lambda event: event.kind_in_words(words.lang)),
        Column("people.about", _about),
    ]
    return table_of(name, columns, events, words(f"people.{name}"))


def _about(event: AccessEvent) -> str:
    """Return the subject of an event; of failed sign-ins how many there were, when and from where.

    Digests of files are left out: commands compare them.
    """
    facts = {name: text for name, text in event.about.items() if name != SHA256}
    if "minute" not in facts:
        return "; ".join(_fact(name, text, event.event_at.date()) for name, text in facts.items())
    address = words("people.other_addresses") if facts["address"] == OTHER_ADDRESSES else facts["address"]
    minute = formatting.moment(dt.datetime.fromisoformat(facts["minute"]))
    return words("people.failures", count=int(facts["count"]), minute=minute, address=address)


def _fact(name: str, text: str, day: dt.date) -> str:
    """Return a recorded fact as people read it: roles and units by name, days as elsewhere."""
    if name == "role":
        # Events of tokens and digests have the unit of the role behind it.
        code, _, unit = text.partition(" ")
        role = words(f"role.{code}") if code in {*Role} else code
        return words("role.of", role=role, unit=people.unit_name(unit, day, words.lang)) if unit else role
    if name == "unit":
        return people.unit_name(text, day, words.lang)
    if name in DAYS:
        return words(DAYS[name], day=formatting.date(dt.date.fromisoformat(text)))
    if name == "until":
        until = dt.datetime.fromisoformat(text)
        return words("people.event_to", day=formatting.moment(until) if "T" in text else formatting.date(until))
    return words("people.replayed") if (name, text) == ("why", "replayed") else text
