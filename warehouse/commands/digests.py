"""`digest`: recipients of the digest, and sending it."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from warehouse.commands.common import actor, require_installation
from warehouse.commands.conventions import By, Json, stop
from warehouse.digest import Newest, Recipient, RecipientError, Recipients, grant_of, newest_steps
from warehouse.digest.request import COMMAND
from warehouse.health.checks import moment
from warehouse.people import AccessTrail, Role, load_roles
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.text import say

Number = Annotated[int, typer.Argument(help="Số của người nhận / number of the recipient")]
# Never among the printed facts of a recipient.
_SECRET = ("address", "stop_key")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    digests = typer.Typer(no_args_is_help=True, help="Bản tin việc cần làm / the digest of what needs action")
    digests.command("add")(add)
    digests.command("list")(listed)
    digests.command("stop")(stopped)
    digests.command("preview")(preview)
    digests.command("send")(send)
    app.add_typer(digests, name="digest")


def add(
    person: Annotated[str, typer.Option("--person", help="Người trong tệp vai trò / person of the file of roles")],
    to: Annotated[str, typer.Option("--to", help="Địa chỉ thư hoặc kênh; - đọc từ bàn phím / address, - for stdin")],
    role: Annotated[Role | None, typer.Option("--role", help="Vai trò / role")] = None,
    unit: Annotated[str, typer.Option("--unit", help="Mã đơn vị / unit")] = "",
    language: Annotated[str, typer.Option("--language", help="vi | en")] = "vi",
    by: By = "",
) -> None:
    """Thêm người nhận bản tin, theo quyền của một vai trò / add a recipient, by the rights of a role."""
    settings = Settings.from_env()
    # Out of the list of processes and the shell's history.
    address = (sys.stdin.readline() if to == "-" else to).strip()
    try:
        grant = grant_of(load_roles(settings.roles_file), person, role, unit)
        added = _recipients(settings).add(grant, language, address, actor(by))
    except RecipientError as error:
        stop(error.words(settings.lang))
    typer.echo(say("digest", "added", settings.lang, number=added.recipient_id))
    if not settings.app_url:
        typer.echo(say("digest", "no_app_url", settings.lang), err=True)


def listed(as_json: Json = False) -> None:
    """Ai nhận bản tin, lần gửi gần nhất ra sao / who gets the digest, and what became of the newest."""
    settings = Settings.from_env()
    require_installation(settings)
    trail = AccessTrail.open(settings)
    every, steps, roles = Recipients(trail).all(), newest_steps(trail.engine), load_roles(settings.roles_file)
    states = {one.recipient_id: _state(one, steps.get(one.recipient_id), bool(one.grant(roles))) for one in every}
    if as_json:
        facts = [asdict(one) | {"to": one.masked_address, "state": states[one.recipient_id]} for one in every]
        kept = [{name: value for name, value in one.items() if name not in _SECRET} for one in facts]
        typer.echo(json.dumps(kept, ensure_ascii=False, default=str))
        return
    if not every:
        typer.echo(say("digest", "no_recipients", settings.lang))
    for one in every:
        typer.echo(_line(one, states[one.recipient_id], steps.get(one.recipient_id), settings.lang))


def stopped(number: Number, by: By = "") -> None:
    """Ngừng bản tin của một người nhận / stop a recipient's digest."""
    settings = Settings.from_env()
    try:
        _recipients(settings).stop(number, actor(by))
    except RecipientError as error:
        stop(error.words(settings.lang))
    typer.echo(say("digest", "stopped", settings.lang, number=number))


def preview(
    number: Number,
    html: Annotated[Path | None, typer.Option("--html", help="Ghi phần HTML ra tệp / write the HTML to a file")] = None,
) -> None:
    """In bản tin mà người nhận sẽ nhận; không gửi / print what a recipient would get; nothing is sent."""
    _run("preview", str(number), *(["--html", str(html.absolute())] if html else []))


def send(
    now: Annotated[bool, typer.Option("--now", help="Gửi lại ngay, không chờ / do not wait")] = False,
) -> None:
    """Gửi bản tin của số liệu đang công bố, gửi lại phần chưa gửi được / send the digests that are due."""
    settings = Settings.from_env()
    if not _recipients(settings).active():
        typer.echo(say("digest", "no_recipients", settings.lang))
        return
    _run("send", *(["--now"] if now else []))


def _run(*arguments: str) -> None:
    """Run the process that composes digests, with the pages' queries, and end with its code."""
    settings = Settings.from_env()
    require_installation(settings)
    if not settings.app_url:
        stop(say("digest", "no_app_url", settings.lang))
    finished = subprocess.run([*COMMAND, *arguments], cwd=PROJECT_ROOT, check=False)  # noqa: S603
    raise typer.Exit(finished.returncode)


def _recipients(settings: Settings) -> Recipients:
    require_installation(settings)
    return Recipients(AccessTrail.open(settings))


def _state(recipient: Recipient, newest: Newest | None, has_role: bool) -> str:
    if recipient.stopped_at is not None:
        return "stopped"
    if not has_role:
        return "no_role"
    if newest is None:
        return "none"
    return "unknown" if newest.is_unknown else newest.step


def _line(recipient: Recipient, state: str, newest: Newest | None, lang: str) -> str:
    at = recipient.stopped_at or (newest.at if newest else None)
    since, detail = (newest.delayed_since, newest.detail) if newest else (None, "")
    text = say("digest", f"state_{state}", lang, at=moment(at), since=moment(since), detail=detail)
    facts = {"number": recipient.recipient_id, "unit": recipient.unit_code, "address": recipient.masked_address}
    return say(
        "digest",
        "row",
        lang,
        **facts,
        person=recipient.person,
        role=recipient.role,
        language=recipient.lang,
        state=text,
    )
