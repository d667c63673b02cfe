"""Exit codes and options that commands share. Imports nothing that takes long."""

from typing import Annotated

import typer

EXIT_FAILED, EXIT_USAGE, EXIT_REJECTED, EXIT_CHECKS_FAILED, EXIT_LOCKED = 1, 2, 3, 4, 5
# Stored data differs from what was accepted or published; the disk is full.
EXIT_DAMAGED, EXIT_DISK_FULL = 6, 7

By = Annotated[str, typer.Option("--by", help="Ai thực hiện / who acts")]
Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON / machine-readable result")]
