"""Exit codes, wrong usage worded for the user, and who acts: shared by the commands."""

import getpass
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from warehouse.intake import Intake, IntakeRefusal, RegistryBusyError
from warehouse.settings import Settings
from warehouse.text import say

Item = TypeVar("Item")
EXIT_FAILED, EXIT_USAGE, EXIT_REJECTED, EXIT_CHECKS_FAILED, EXIT_LOCKED = 1, 2, 3, 4, 5
# What is kept is not what was accepted or published; there is no room to write.
EXIT_DAMAGED, EXIT_DISK_FULL = 6, 7

By = Annotated[str, typer.Option("--by", help="Ai thực hiện / who acts")]
Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON / machine-readable result")]


class UsageError(Exception):
    """A wrong use of a command, worded for the user."""


def stop(error: UsageError | str) -> NoReturn:
    """End the command as wrongly used."""
    print(error, file=sys.stderr)
    raise typer.Exit(EXIT_USAGE)


def actor(by: str) -> str:
    """Who acts: as given, else who is logged in."""
    return by or getpass.getuser()


def open_intake(settings: Settings) -> Intake:
    """The intake; where the registry cannot be opened, the command ends."""
    try:
        return Intake(settings)
    except (SQLAlchemyError, sqlite3.Error, RegistryBusyError, OSError, ImportError) as error:
        stop(say("cli", "registry_unreachable", settings.lang, detail=str(error).splitlines()[0]))


@contextmanager
def intake_or_stop(settings: Settings) -> Iterator[Intake]:
    """The intake for the length of the block; what it refuses ends the command in the user's words.

    Raises DiskFullError and RegistryDamagedError, which every command ends with in the same way.
    """
    lang = settings.lang
    intake = open_intake(settings)
    try:
        yield intake
    except IntakeRefusal as refusal:
        stop(refusal.words(lang))
    except LookupError as error:
        stop(say("cli", "submission_unknown", lang, id=str(error).rpartition(" ")[2]))
    except RegistryBusyError:
        stop(say("cli", "registry_busy_now", lang))
    finally:
        intake.close()


def with_progress(items: Iterable[Item], total: int, title: str) -> Iterator[Item]:
    """Passes the items on; a counter on a terminal, a line at the end elsewhere."""
    shown = sys.stderr.isatty()
    number = 0
    for number, item in enumerate(items, start=1):
        if shown:
            print(f"\r{title}: {number}/{total}", end="", file=sys.stderr, flush=True)
        yield item
    print(f"{chr(13) if shown else ''}{title}: {number}/{total}", file=sys.stderr)
