"""`roles`, `access` and `break-glass`: roles, the access trail, and emergency sign-in."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from warehouse.commands.common import actor, require_installation, stated
from warehouse.commands.conventions import EXIT_FAILED, By, Json
from warehouse.people import AccessTrail, break_glass, load_roles
from warehouse.settings import Settings
from warehouse.text import say

MINUTE_S = 60


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("roles")(roles)
    app.command("access")(access)
    app.command("break-glass")(open_once)


def roles() -> None:
    """Ai giữ vai trò gì; dòng sai trong tệp vai trò / who holds which role, and what is wrong in the file."""
    settings = Settings.from_env()
    loaded = load_roles(settings.roles_file)
    for grant in loaded:
        end = grant.valid_to.isoformat() if grant.valid_to else ""
        facts = {"role": grant.role.value, "unit": grant.unit_code, "begin": grant.valid_from, "end": end}
        typer.echo(say("people", "grant", settings.lang, person=grant.person, **facts))
    for problem in loaded.problems:
        typer.echo(f"✗ {problem.located(settings.lang)}", err=True)
    if loaded.problems:
        raise typer.Exit(EXIT_FAILED)


def access(
    person: Annotated[str, typer.Option("--person", help="Một người / one person")] = "",
    limit: Annotated[int, typer.Option("--limit", help="Số dòng / rows")] = 100,
    as_json: Json = False,
) -> None:
    """Nhật ký truy cập, mới nhất trước / the access trail, newest first (the first row's hash is its head)."""
    settings = Settings.from_env()
    require_installation(settings)
    events = AccessTrail.open(settings).newest(limit=limit, person=person)
    if as_json:
        typer.echo(json.dumps([asdict(event) for event in events], ensure_ascii=False, default=str))
        return
    if not events:
        typer.echo(say("people", "no_event_of" if person else "no_event", settings.lang, person=person))
    for event in events:
        about = " ".join(f"{name}={text}" for name, text in event.about.items())
        facts = {"at": f"{event.event_at:%d/%m/%Y %H:%M:%S}", "person": event.person or "–", "about": about}
        kind = event.kind_in_words(settings.lang)
        typer.echo(say("people", "row", settings.lang, number=event.event_id, kind=kind, hash=event.hash[:12], **facts))


def open_once(
    reason: Annotated[str, typer.Option("--reason", help="Lý do / why")],
    by: By = "",
) -> None:
    """Vào khẩn cấp khi hệ thống tài khoản không trả lời / a way in, once, when no provider answers."""
    settings = Settings.from_env()
    require_installation(settings.installation)
    code = break_glass.issue(AccessTrail.open(settings.installation), actor(by), stated(reason, settings.lang))
    minutes = int(break_glass.CODE_HOLDS.total_seconds()) // MINUTE_S
    typer.echo(say("people", "break_glass", settings.lang, path=f"/sign-in/once?code={code}", minutes=minutes))
