"""Exit codes, options and the way to end that commands share. Imports nothing that takes long."""

import getpass
import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperOption

EXIT_FAILED, EXIT_USAGE, EXIT_REJECTED, EXIT_CHECKS_FAILED, EXIT_LOCKED = 1, 2, 3, 4, 5
# Stored data differs from what was accepted or published; the disk is full.
EXIT_DAMAGED, EXIT_DISK_FULL = 6, 7

By = Annotated[str, typer.Option("--by", help="Ai thực hiện / who acts")]
Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON / machine-readable result")]


def account() -> str:
    """Return the account that runs the command: its name, or its number where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def stop(message: object, code: int = EXIT_USAGE) -> NoReturn:
    """Print a message on standard error and end the command with an exit code."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


class FlagsCommand(TyperCommand):
    """A command that, given nothing but its flags, leaves out Typer's adapters of values.

    They import pydantic, which takes an eighth of the time of a build that finds nothing new.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Fill the context's parameters; return the arguments that are left."""
        options = [option for option in self.params if isinstance(option, TyperOption) and option.is_flag]
        flags = {name: option.name for option in options for name in option.opts}
        if not flags.keys() >= set(args):
            return super().parse_args(ctx, args)
        ctx.params = {option.name: option.default for option in self.params} | {flags[name]: True for name in args}
        return []
