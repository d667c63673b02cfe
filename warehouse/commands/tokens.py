"""`token`: issue, list and withdraw the tokens with which programs use the API."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

import typer

from warehouse import clock
from warehouse.commands.common import UsageError, actor, require_installation, stated
from warehouse.commands.conventions import By, Json, stop
from warehouse.people import AccessTrail, ApiToken, Role, TokenError, Tokens
from warehouse.settings import Settings
from warehouse.text import say

DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    tokens = typer.Typer(no_args_is_help=True, help="Mã truy cập API của chương trình / tokens of the API")
    tokens.command("issue")(issue)
    tokens.command("list")(listed)
    tokens.command("withdraw")(withdraw)
    app.add_typer(tokens, name="token")


def issue(
    name: Annotated[str, typer.Option("--name", help="Chương trình nào dùng / which program uses it")],
    role: Annotated[Role, typer.Option("--role", help="Vai trò / role")],
    unit: Annotated[str, typer.Option("--unit", help="Mã đơn vị, nếu vai trò cần / unit, if the role needs one")] = "",
    until: Annotated[str, typer.Option("--until", help="Hết hạn từ ngày (YYYY-MM-DD) / first day without it")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Cấp mã truy cập API; mã chỉ hiện một lần / issue a token of the API, shown this once."""
    settings = Settings.from_env()
    try:
        day = date.fromisoformat(until) if until else clock.now().date() + timedelta(days=DAYS)
    except ValueError:
        stop(UsageError(say("people", "not_a_day", settings.lang, column="--until", text=until)))
    try:
        token, record = _tokens(settings).issue(name, role, unit, day, actor(by))
    except TokenError as error:
        stop(error.words(settings.lang))
    if as_json:
        typer.echo(json.dumps({"token": token, "token_id": record.token_id, "expires_on": str(day)}))
        return
    typer.echo(say("people", "token_issued", settings.lang, number=record.token_id, until=f"{day:%d/%m/%Y}"))
    typer.echo(token)


def listed(as_json: Json = False) -> None:
    """Các mã truy cập API đã cấp / the tokens that were issued."""
    settings, today = Settings.from_env(), clock.now().date()
    every = _tokens(settings).all()
    if as_json:
        facts = [asdict(one) | {"state": one.state(today)} for one in every]
        kept = [{name: value for name, value in one.items() if name != "token_hash"} for one in facts]
        typer.echo(json.dumps(kept, ensure_ascii=False, default=str))
        return
    if not every:
        typer.echo(say("people", "no_token_issued", settings.lang))
    for one in every:
        typer.echo(_line(one, today, settings.lang))


def withdraw(
    number: Annotated[int, typer.Argument(help="Số của mã / number of the token")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do / why")],
    by: By = "",
) -> None:
    """Thu hồi mã truy cập API / withdraw a token."""
    settings = Settings.from_env()
    try:
        record = _tokens(settings).withdraw(number, actor(by), stated(reason, settings.lang))
    except TokenError as error:
        stop(error.words(settings.lang))
    typer.echo(_line(record, clock.now().date(), settings.lang))


def _tokens(settings: Settings) -> Tokens:
    require_installation(settings)
    return Tokens(AccessTrail.open(settings))


def _line(token: ApiToken, today: date, lang: str) -> str:
    state = say("people", f"token_{token.state(today)}_state", lang)
    facts = {"number": token.token_id, "name": token.token_name, "role": token.role, "unit": token.unit_code}
    return say("people", "token", lang, state=state, until=f"{token.expires_on:%d/%m/%Y}", by=token.issued_by, **facts)
