"""`doctor`."""

import json

import typer

from warehouse.commands.conventions import EXIT_FAILED, Json
from warehouse.health.doctor import Examined, examine
from warehouse.settings import RELEASE, Settings
from warehouse.text import say


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> None:
    """Hệ thống cài đặt có gì sai, và sửa thế nào / what is wrong with this installation, and how to correct it."""
    settings = Settings.from_env()
    subjects = examine(settings)
    wrong_count = sum(len(subject.conditions) for subject in subjects)
    if as_json:
        typer.echo(json.dumps(_facts(subjects, settings), ensure_ascii=False))
    else:
        for subject in subjects:
            _print(subject, settings.lang)
        key = "wrong" if wrong_count else "sound"
        typer.echo(say("doctor", key, settings.lang, count=wrong_count, release=RELEASE))
    if wrong_count:
        raise typer.Exit(EXIT_FAILED)


def _facts(subjects: list[Examined], settings: Settings) -> dict[str, object]:
    return {
        "release": RELEASE,
        "is_sound": not any(subject.conditions for subject in subjects),
        "checks": [
            {
                "name": subject.name,
                "findings": [
                    {"code": found.code, "is_blocking": found.is_blocking, "text": found.words(settings.lang)}
                    for found in subject.conditions
                ],
            }
            for subject in subjects
        ],
    }


def _print(subject: Examined, lang: str) -> None:
    name = say("doctor", subject.name, lang)
    if not subject.conditions:
        typer.echo(say("doctor", "line_sound", lang, name=name))
    for found in subject.conditions:
        typer.echo(say("doctor", "line_wrong", lang, name=name, text=found.words(lang)))
