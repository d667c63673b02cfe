"""`sample`: write the labelled sample and optionally submit it like real reports."""

import os
import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warehouse import clock
from warehouse.commands.builds import run_build
from warehouse.commands.common import UsageError, open_intake, with_progress
from warehouse.commands.conventions import EXIT_REJECTED, stop
from warehouse.commands.reports import read_received
from warehouse.errors import PlanRefusedError
from warehouse.forms.layout import sample_label
from warehouse.intake import Intake, IntakeRefusal, RegistryBusyError
from warehouse.packs.check import check_plan_in_force
from warehouse.packs.draft import MOST_YEARS
from warehouse.plan.pack import read_pack
from warehouse.plan.seeds import tables_of
from warehouse.reference import load_reference
from warehouse.sample.any_pack import ended_periods, plan_any_sample
from warehouse.sample.national import write_nation_pack, write_whole_sample
from warehouse.sample.review import HELD_AT, hold_sample_review
from warehouse.sample.writer import RECEIVED_FILE, Planned, plan_sample, write_received, write_sample
from warehouse.settings import Settings
from warehouse.text import say

DEFAULT_SEED = 2021
DEFAULT_YEARS = 3
SUBMITTED_BY = "số liệu minh họa"


class Scale(StrEnum):
    """How much a sample has: the newest reports, for a first start, or those of all periods of a plan, as columns."""

    CITY = "city"
    NATIONAL = "national"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("sample")(sample)


def sample(
    out: Annotated[Path, typer.Option("--out", help="Thư mục / folder")],
    seed: Annotated[int, typer.Option("--seed", help="Cùng số, cùng nội dung / same seed, same bytes")] = DEFAULT_SEED,
    load: Annotated[bool, typer.Option("--load", help="Nhận luôn nếu chưa có báo cáo nào / submit them too")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="--load, kèm một kỳ giao ban minh họa / … and hold a sample review")
    ] = False,
    scale: Annotated[
        Scale, typer.Option("--scale", help="national: mọi kỳ, dạng cột, mặc định cả nước / every period, as columns")
    ] = Scale.CITY,
    years: Annotated[
        int, typer.Option("--years", min=1, max=MOST_YEARS, help="Số năm của kế hoạch cả nước / years of the nation")
    ] = DEFAULT_YEARS,
) -> None:
    """Viết bộ báo cáo minh họa / write the sample reports."""
    settings = Settings.from_env()
    try:
        if scale is Scale.NATIONAL:
            _national_sample(out, seed, years, load or review, settings)
        else:
            _sample(out, seed, load or review, settings, with_review=review)
    except PlanRefusedError as refused:
        typer.echo(refused.words(settings.lang), err=True)
        raise typer.Exit(EXIT_REJECTED) from refused
    except UsageError as error:
        stop(str(error))


def _sample(out: Path, seed: int, load: bool, settings: Settings, *, with_review: bool) -> None:
    lang = settings.lang
    check_plan_in_force(settings)
    if load and is_settled(out, settings):
        typer.echo(say("cli", "sample_skipped", lang))
        return
    started = time.monotonic()
    planned = _plan(settings, seed)
    if not planned:
        typer.echo(say("cli", "sample_too_early", lang))
        return
    for _ in with_progress(write_sample(out, planned), len(planned), say("cli", "sample_writing", lang)):
        pass
    write_received(out, planned)
    typer.echo(say("cli", "sample_written", lang, count=len(planned), label=sample_label(), path=out))
    if load:
        # The sample review is one of the project's own plan.
        _load(out, planned, settings, started, with_review=with_review and settings.plan_dir is None)


def _national_sample(out: Path, seed: int, years: int, load: bool, settings: Settings) -> None:
    """Write, and with `load` submit, the reports of all periods of the pack in force, else of the nation's."""
    lang, today, started = settings.lang, settings.as_of(clock.now().date()), time.monotonic()
    if settings.plan_dir is None:
        pack = write_nation_pack(out, today.year, years).absolute()
        typer.echo(say("cli", "sample_pack_written", lang, path=pack))
        os.environ["KPI_PLAN_DIR"] = str(pack)
        settings = Settings.from_env()
    if settings.plan_dir is None:
        raise UsageError(say("cli", "sample_of_programmes", lang))
    check_plan_in_force(settings)
    if load and is_settled(out, settings):
        typer.echo(say("cli", "sample_skipped", lang))
        return
    reference, tables = load_reference(), tables_of(read_pack(settings.plan_dir))
    periods = ended_periods(reference, today)
    written = write_whole_sample(out, periods, reference, tables, seed, today)
    planned = [
        report
        for reports in with_progress(written, len(periods), say("cli", "sample_writing_periods", lang))
        for report in reports
    ]
    if not planned:
        typer.echo(say("cli", "sample_too_early", lang))
        return
    write_received(out, planned)
    typer.echo(say("cli", "sample_written", lang, count=len(planned), label=sample_label(), path=out))
    if load:
        _load(out, planned, settings, started, with_review=False)


def _plan(settings: Settings, seed: int) -> list[Planned]:
    """Return the reports of the project's sample, or of any pack's; [] before the first period of a pack has ended."""
    if settings.plan_dir is None:
        return plan_sample(load_reference(), seed)
    today = settings.as_of(clock.now().date())
    return plan_any_sample(load_reference(), tables_of(read_pack(settings.plan_dir)), seed, today)


def is_settled(out: Path, settings: Settings) -> bool:
    """Return whether the registry needs no sample: it has real reports, or the whole sample.

    An interrupted load is continued.
    """
    intake = open_intake(settings)
    try:
        rows = intake.registry.received()
    finally:
        intake.close()
    if any(not row.is_sample for row in rows):
        return True
    received = out / RECEIVED_FILE
    if not received.is_file():
        return bool(rows)
    return set(read_received(received, settings.lang)) <= {row.file_name for row in rows}


def _load(out: Path, planned: list[Planned], settings: Settings, started: float, *, with_review: bool) -> None:
    order = sorted(planned, key=lambda report: (report.received_at, report.file_name))
    before = [report for report in order if report.received_at < HELD_AT] if with_review else []
    intake = open_intake(settings)
    try:
        accepted = _submit(intake, out, before, settings)
        after = order[len(before) :]
        # If later reports arrived already, the day of the review is past.
        known = {row.file_name for row in intake.registry.received()}
        if with_review and not known & {report.file_name for report in after}:
            _hold_review(settings)
        accepted += _submit(intake, out, after, settings)
    finally:
        intake.close()
    counts = {"accepted": accepted, "rejected": len(order) - accepted, "seconds": time.monotonic() - started}
    # Only the project's sample has reports that are to be refused.
    key = "sample_loaded" if settings.plan_dir is None else "sample_of_pack_loaded"
    typer.echo(say("cli", key, settings.lang, **counts))


def _submit(intake: Intake, out: Path, reports: list[Planned], settings: Settings) -> int:
    """Submit reports; return how many were accepted.

    Raises UsageError if a report can be neither accepted nor refused, OSError if it cannot be read.
    """
    if not reports:
        return 0
    lang = settings.lang
    times = read_received(out / RECEIVED_FILE, lang)
    files = [(out / report.folder / report.file_name, times[report.file_name]) for report in reports]
    results = intake.submissions.accept_each(files, by=SUBMITTED_BY)
    try:
        reported = with_progress(results, len(files), say("cli", "sample_loading", lang))
        return sum(result.is_accepted for result in reported)
    except IntakeRefusal as refusal:
        raise UsageError(refusal.words(lang)) from refusal
    except RegistryBusyError as error:
        raise UsageError(say("cli", "registry_busy", lang, file=str(error))) from error


def _hold_review(settings: Settings) -> None:
    """Publish the figures of the review's day, so that a review can be held on them."""
    day = HELD_AT.date()
    typer.echo(say("cli", "sample_review", settings.lang, day=f"{day:%d/%m/%Y}"))
    result = run_build(replace(settings, as_of_date=day), by=SUBMITTED_BY)
    _, count = hold_sample_review(settings, result.version)
    typer.echo(say("cli", "sample_review_held", settings.lang, count=count))
