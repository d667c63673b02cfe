"""`export`: a mart as a file, with the description of every column."""

from pathlib import Path
from typing import Annotated

import typer

from warehouse.commands.conventions import EXIT_DAMAGED, stop
from warehouse.publish import publication
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import Settings
from warehouse.storage.disk import detect_full_disk
from warehouse.text import say


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("export")(export)


def export(
    table: Annotated[str, typer.Option("--table", help="fct_target_progress, dim_unit …")],
    out: Annotated[Path, typer.Option("--out", help="Tệp ghi ra / file to write")],
    file_format: Annotated[str, typer.Option("--format", help="csv | parquet | xlsx")] = "csv",
) -> None:
    """Ghi một bảng số liệu đã công bố ra tệp / write a published mart to a file."""
    from warehouse.publish import mart_export  # noqa: PLC0415 - pandas is slow to import and only this command needs it

    settings = Settings.from_env()
    try:
        served = published(settings)
        with detect_full_disk():
            rows = mart_export.write(served, table, file_format, out, settings.lang)
    except NothingPublished as nothing:
        if nothing.damaged:
            stop(say("builds", "damaged_alone", settings.lang, damaged=nothing.damaged), EXIT_DAMAGED)
        if nothing.is_unreachable:
            publication.raise_unreachable(settings, nothing)
        if nothing.stored:
            stop(say("builds", "unlinked", settings.lang, version=nothing.stored))
        stop(say("builds", "nothing_published", settings.lang))
    except mart_export.UnknownTableError as error:
        stop(say("builds", "table_unknown", settings.lang, table=table, tables=", ".join(error.tables)))
    except mart_export.UnknownFormatError:
        stop(say("builds", "format_unknown", settings.lang, format=file_format))
    if served.damaged:
        typer.echo(say("builds", "damaged_published", settings.lang, damaged=served.damaged), err=True)
    typer.echo(say("builds", "exported", settings.lang, rows=rows, path=out))
