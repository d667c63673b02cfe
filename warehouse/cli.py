"""The command line: groups of commands, and usage errors in the user's language."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from enum import Enum
from importlib import import_module
from typing import Annotated

import typer

from warehouse.commands.conventions import EXIT_DAMAGED, EXIT_DISK_FULL, EXIT_FAILED, EXIT_USAGE
from warehouse.errors import RegistryDamagedError, RegistryError, ServerError
from warehouse.settings import PROJECT_NAME, RELEASE, PlanPackError, Settings, SettingsError, language_of_commands
from warehouse.storage.disk import NOT_WRITABLE, is_out_of_space
from warehouse.text import say, say_without_plan

EXIT_DONE = 0
EXIT_INTERRUPTED = 130
# Options of all commands, with the settings that they replace.
OPTIONS = {"--lang": "KPI_LANG", "--plan": "KPI_PROGRAMME"}
# The module of `warehouse.commands` that has each command.
COMMANDS = {
    **dict.fromkeys(("template",), "reports"),
    **dict.fromkeys(("submit",), "submissions"),
    **dict.fromkeys(("reports", "history"), "calendar"),
    **dict.fromkeys(("accept", "return", "lock", "unlock"), "decisions"),
    **dict.fromkeys(("original", "audit"), "trail"),
    **dict.fromkeys(("roles", "access", "break-glass"), "people"),
    **dict.fromkeys(("token",), "tokens"),
    **dict.fromkeys(("digest",), "digests"),
    **dict.fromkeys(("sample",), "samples"),
    **dict.fromkeys(("plan",), "plans"),
    **dict.fromkeys(("programmes",), "programmes"),
    **dict.fromkeys(("build",), "builds"),
    **dict.fromkeys(("status", "versions", "rollback"), "versions"),
    **dict.fromkeys(("export",), "exports"),
    **dict.fromkeys(("backup", "restore", "verify"), "backups"),
    **dict.fromkeys(("move",), "moves"),
    **dict.fromkeys(("upgrade",), "upgrades"),
    **dict.fromkeys(("doctor",), "doctor"),
}


def make_app(command: str = "") -> typer.Typer:
    """Return the application with every command, or with those of the module that has `command`.

    To import all modules takes longer than most commands.
    """
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=_HELP,
        # A flag without a value would be converted by Typer's adapters (see `FlagsCommand`).
        context_settings={"default_map": {"help": False}},
    )
    app.callback()(_root)
    for module in (COMMANDS[command],) if command in COMMANDS else dict.fromkeys(COMMANDS.values()):
        import_module(f"warehouse.commands.{module}").register(app)
    return app


def _print_release(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"{PROJECT_NAME} {RELEASE}")
        raise typer.Exit


def _root(
    release: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_release, help="Bản phát hành / the program's release"),
    ] = False,
) -> None:
    """Handle the options before a command."""


_HELP = "Báo cáo quý → số liệu đã kiểm tra / quarterly reports to checked figures. --lang vi|en --plan CODE"


def main(arguments: Sequence[str], after_imports: Callable[[], None] = lambda: None) -> int:
    """Run one command and return its exit code. `--lang viǀen` and `--plan CODE` may appear anywhere.

    `after_imports` is called before the command begins.
    """
    rest = list(arguments)
    for option, setting in OPTIONS.items():
        rest, value = _take_option(rest, option)
        if value is not None:
            os.environ[setting] = value
    try:
        settings = Settings.from_env()
        lang = settings.lang
    except SettingsError as error:
        print(_unusable(error, language_of_commands()), file=sys.stderr)
        return EXIT_USAGE
    if settings.builder_url:
        # The app's own rights suffice neither to build nor to compare all rows of a version.
        own = settings.for_builds
        os.environ |= {"KPI_WAREHOUSE_URL": own.warehouse_url, "KPI_OPS_URL": own.ops_url}
    if len(settings.programmes) > 1:
        # A report of one programme must not land in another unnoticed.
        print(say("cli", "programme", lang, code=settings.programme), file=sys.stderr)
    try:
        app = make_app(rest[0] if rest else "")
        after_imports()
        result = app(rest, prog_name="python -m warehouse", standalone_mode=False)
    except (typer.TyperException, SettingsError) as error:
        print(_usage_message(error, lang), file=sys.stderr)
        return EXIT_USAGE
    except (RegistryError, ServerError) as error:
        text = error.words(lang)
        is_server = isinstance(error, ServerError)
        print(say("server", "server_stops", lang, error=text) if is_server else text, file=sys.stderr)
        is_damaged = isinstance(error, RegistryDamagedError)
        return EXIT_DAMAGED if is_damaged else EXIT_DISK_FULL if is_out_of_space(error) else EXIT_FAILED
    except (typer.Abort, KeyboardInterrupt):
        print(say("cli", "interrupted", lang), file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as error:
        text, result = _explained(error, lang)
        if not text:
            raise
        print(text, file=sys.stderr)
    return result if isinstance(result, int) else EXIT_DONE


def _take_option(arguments: list[str], option: str) -> tuple[list[str], str | None]:
    """Return the arguments without an option, and its value; None without it."""
    value: str | None = None
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == option:
            # Nothing behind it is an unknown value: with an empty one, a command would work on the first programme.
            value = next(words, option)
        elif word.startswith(f"{option}="):
            value = word.removeprefix(f"{option}=")
        else:
            rest.append(word)
    return rest, value


def _explained(error: Exception, lang: str) -> tuple[str, int]:
    """Return what to do about an error that any command may meet, and its exit code; no text for any other error."""
    # Imported here: a command that ends well may need none of it.
    from warehouse.db.connection import RegistryBusyError  # noqa: PLC0415

    if is_out_of_space(error):
        return say("keeping", "disk_full", lang), EXIT_DISK_FULL
    if isinstance(error, OSError) and error.filename is not None:
        key = "not_permitted" if error.errno in NOT_WRITABLE else "path_failed"
        return say("cli", key, lang, path=error.filename, detail=error.strerror), EXIT_FAILED
    if isinstance(error, OSError) and error.errno == errno.EIO:
        # Of a file that was open already the error has no name.
        return say("keeping", "disk_failed", lang, detail=error.strerror), EXIT_FAILED
    return say("cli", "registry_busy_now", lang) if isinstance(error, RegistryBusyError) else "", EXIT_FAILED


def _unusable(error: SettingsError, lang: str) -> str:
    # Imported here: most commands end without this message.
    from warehouse.health.setting import why_unusable  # noqa: PLC0415

    return say_without_plan("cli", "setting", lang, detail=why_unusable(error, lang))


def _usage_message(error: typer.TyperException | SettingsError, lang: str) -> str:
    """Return Typer's error in the user's language; Typer itself has English messages only.

    Its error classes are private, so they are distinguished by name. A setting may be a plan pack with mistakes, which
    a command meets when it reads the seeds.
    """
    if isinstance(error, PlanPackError):
        # Imported here: most commands end without this message.
        from warehouse.packs.check import check_plan  # noqa: PLC0415
        from warehouse.packs.problems import refusal  # noqa: PLC0415

        checked = check_plan(error.path)
        detail = f"KPI_PLAN_DIR: {error.path}\n{refusal(checked.problems, checked.name, lang)}"
        return say_without_plan("cli", "setting", lang, detail=detail)
    if isinstance(error, SettingsError):
        return _unusable(error, lang)
    kind = type(error).__name__
    detail = str(getattr(error, "message", error))
    if kind == "NoArgsIsHelpError":
        return detail
    detail = detail.rstrip(".")
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or (parameter.opts[0] if parameter else "")
    if parameter and parameter.metavar:
        name = parameter.metavar
    key = {
        "NoSuchCommand": "no_such_command",
        "NoSuchOption": "no_such_option",
        "MissingParameter": "missing_parameter",
        "BadParameter": "bad_parameter" if name else "usage",
        "BadOptionUsage": "option_as_flag" if detail.endswith("does not take a value") else "option_without_value",
    }.get(kind, "usage")
    facts: dict[str, str] = {}
    if kind == "UsageError" and detail.startswith("No such command"):
        key, name = "no_such_command", detail.split("'")[1]
    elif kind == "UsageError" and detail.startswith("Got unexpected extra"):
        key, name = "surplus", detail.rpartition("(")[2].rstrip(")")
    elif key == "bad_parameter":
        key, facts = _expected(getattr(parameter, "type_descriptor", None))
    message = say("cli", key, lang, name=name, detail=detail, **facts)
    return f"{message} {say('cli', 'see_help', lang)}"


def _expected(described: object) -> tuple[str, dict[str, str]]:
    """Return the key of the text that names the values a parameter of a type takes, and what the text needs."""
    annotation = getattr(described, "annotation", None)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "bad_choice", {"choices": ", ".join(str(choice.value) for choice in annotation)}
    return ("bad_number" if annotation in (int, list[int]) else "bad_parameter"), {}
