"""Shared parts of commands: usage errors in the user's language, the intake, and the acting user."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from warehouse.commands.conventions import EXIT_FAILED, account, stop
from warehouse.forms.sandbox.command_reader import CommandReader
from warehouse.intake import Intake, IntakeRefusal, RegistryBusyError
from warehouse.pipeline.originals import refuse_missing_registry
from warehouse.settings import Settings
from warehouse.storage.disk import NOT_WRITABLE
from warehouse.text import say

Item = TypeVar("Item")


class UsageError(Exception):
    """A wrong use of a command, with a message for the user."""


def actor(by: str) -> str:
    """Return the acting user: as given, else the user who is logged in."""
    return by.strip() or account()


def stated(reason: str, lang: str) -> str:
    """Return a reason, or end the command where it is blank."""
    if not reason.strip():
        stop(say("intake", "refusal_required", lang, field=say("intake", "field_reason", lang)))
    return reason


def require_installation(settings: Settings) -> None:
    """End the command where there is no installation. Raises RegistryLostError where its registry is gone."""
    if not settings.has_installation:
        stop(say("cli", "nothing_here", settings.lang, folder=settings.data_dir), EXIT_FAILED)
    refuse_missing_registry(settings)


def open_intake(settings: Settings) -> Intake:
    """Return the intake; end the command if the registry cannot be opened. Raises RegistryError."""
    refuse_missing_registry(settings)
    try:
        return Intake(settings, reader_type=CommandReader)
    except (SQLAlchemyError, sqlite3.Error, RegistryBusyError, OSError, ImportError) as error:
        if isinstance(error, OSError) and error.errno in NOT_WRITABLE:
            raise
        stop(say("cli", "registry_unreachable", settings.lang, detail=str(error).splitlines()[0]))


@contextmanager
def intake_or_stop(settings: Settings) -> Iterator[Intake]:
    """Open the intake for the block; a refusal or wrong use ends the command with a message for the user.

    Raises DiskFullError and RegistryError, which end every command in the same way.
    """
    lang = settings.lang
    intake = open_intake(settings)
    try:
        yield intake
    except IntakeRefusal as refusal:
        stop(refusal.words(lang))
    except UsageError as error:
        stop(error)
    except LookupError as error:
        stop(say("cli", "submission_unknown", lang, id=str(error).rpartition(" ")[2]))
    except RegistryBusyError:
        stop(say("cli", "registry_busy_now", lang))
    finally:
        intake.close()


@contextmanager
def intake_of_installation(settings: Settings) -> Iterator[Intake]:
    """Open the intake for the block like `intake_or_stop`, but end the command where there is no installation."""
    require_installation(settings)
    with intake_or_stop(settings) as intake:
        yield intake


def with_progress(items: Iterable[Item], total: int, title: str) -> Iterator[Item]:
    """Yield the items; show a counter on a terminal, else a line at the end."""
    is_terminal = sys.stderr.isatty()
    number = 0
    for number, item in enumerate(items, start=1):
        if is_terminal:
            print(f"\r{title}: {number}/{total}", end="", file=sys.stderr, flush=True)
        yield item
    print(f"{chr(13) if is_terminal else ''}{title}: {number}/{total}", file=sys.stderr)
