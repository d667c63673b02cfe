"""The command line: gathers the groups of commands and words usage errors in the user's language."""

import os
import sys
from collections.abc import Sequence

import click
import typer

from warehouse.commands import builds, reports, samples
from warehouse.settings import LANGUAGES, SettingsError
from warehouse.text import say

EXIT_DONE = 0
EXIT_USAGE = 2
COMMAND_GROUPS = (reports, samples, builds)


def make_app() -> typer.Typer:
    """The application with every group's commands."""
    app = typer.Typer(
        add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, help=_HELP
    )
    for group in COMMAND_GROUPS:
        group.register(app)
    return app


_HELP = "Báo cáo quý → số liệu đã kiểm tra / quarterly reports to checked figures. --lang vi|en"


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code. `--lang vi|en` may stand anywhere."""
    rest, lang = _take_language(list(arguments))
    if lang not in LANGUAGES:
        print(say("cli", "lang_unknown", "vi", value=lang), file=sys.stderr)
        return EXIT_USAGE
    os.environ["KPI_LANG"] = lang
    try:
        result = make_app()(rest, prog_name="python -m warehouse", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        return EXIT_USAGE
    except click.ClickException as error:
        print(_usage_message(error, lang), file=sys.stderr)
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        print(say("cli", "interrupted", lang), file=sys.stderr)
        return 130
    except SettingsError as error:
        print(say("cli", "setting", lang, detail=error), file=sys.stderr)
        return EXIT_USAGE
    return result if isinstance(result, int) else EXIT_DONE


def _take_language(arguments: list[str]) -> tuple[list[str], str]:
    lang = os.environ.get("KPI_LANG") or "vi"
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            lang = next(words, "")
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            rest.append(word)
    return rest, lang


def _usage_message(error: click.ClickException, lang: str) -> str:
    """Click's own wording is English only; the frequent errors are told in both languages."""
    details: dict[str, str] = {}
    key = "usage"
    if isinstance(error, click.NoSuchOption):
        key, details = "no_such_option", {"name": error.option_name}
    elif isinstance(error, click.MissingParameter):
        parameter = error.param
        names = [name for name in (*parameter.opts, parameter.name) if name] if parameter else []
        key, details = "missing_parameter", {"name": names[0] if names else ""}
    elif isinstance(error, click.BadParameter):
        names = error.param.opts if error.param else []
        key, details = "bad_parameter", {"name": names[0] if names else "", "detail": error.message}
    else:
        details = {"detail": error.format_message()}
    hint = say("cli", "see_help", lang)
    return f"{say('cli', key, lang, **details)} {hint}"
