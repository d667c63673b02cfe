"""`programmes`: the programmes of this installation."""

import json

import typer

from warehouse import clock
from warehouse.commands.conventions import Json
from warehouse.plan.names import programme_names
from warehouse.publish import publication
from warehouse.publish.version_name import version_name
from warehouse.settings import Settings
from warehouse.text import say


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("programmes")(programmes)


def programmes(as_json: Json = False) -> None:
    """Các chương trình trên hệ thống này / the programmes of this installation."""
    settings = Settings.from_env()
    lang = settings.lang
    names = programme_names(settings, settings.as_of(clock.now().date()))
    rows = []
    for code, name in names.items():
        own = settings.of_programme(code)
        current = publication.current(own)
        version = current.version if current else None
        rows.append({"code": code, "name": name[lang], "data_dir": str(own.data_dir), "version": version})
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        typer.echo(say("cli", "programme_alone", lang))
    for row in rows:
        shown = version_name(row["version"], lang) if row["version"] else say("cli", "not_published", lang)
        typer.echo(say("cli", "programme_row", lang, **row | {"version": shown}))
