"""`move`."""

from typing import Annotated

import typer

from warehouse.backup.move import MoveRefusedError, move
from warehouse.commands.builds import stop_locked
from warehouse.commands.conventions import EXIT_USAGE, account
from warehouse.pipeline.lock import BuildLockedError
from warehouse.publish.version_name import version_moment
from warehouse.settings import Settings
from warehouse.text import say


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("move")(move_installation)


def move_installation(
    to: Annotated[
        str,
        typer.Option("--to", help="postgresql+psycopg://… | duckdb: về thư mục dữ liệu / back to the data folder"),
    ],
) -> None:
    """Chuyển số liệu và sổ đăng ký sang PostgreSQL hoặc về lại / move figures and registry to PostgreSQL, or back."""
    settings = Settings.from_env()
    lang = settings.lang
    try:
        moved = move(settings, to, account())
    except BuildLockedError as locked:
        stop_locked(locked, lang)
    except MoveRefusedError as refused:
        typer.echo(say("keeping", refused.code, lang, **refused.params), err=True)
        raise typer.Exit(EXIT_USAGE) from refused
    facts = {"rows": moved.row_count, "versions": moved.version_count, "published": version_moment(moved.published)}
    is_embedded = moved.goal.is_embedded
    place = to if is_embedded else moved.goal.warehouse_url.rpartition("@")[2]
    typer.echo(say("keeping", "moved", lang, address=place, **facts))
    for name, url in (("KPI_WAREHOUSE_URL", moved.goal.warehouse_url), ("KPI_OPS_URL", moved.goal.ops_url)):
        typer.echo(f"{name}={'' if is_embedded else url}")
    if moved.damaged:
        typer.echo(say("keeping", "move_damaged", lang, versions=", ".join(moved.damaged)), err=True)
