"""`plan new`, `plan check` and `plan show`: plan packs of other places."""

import json
from pathlib import Path
from typing import Annotated

import typer

from warehouse import clock
from warehouse.commands.common import UsageError
from warehouse.commands.conventions import EXIT_FAILED, EXIT_REJECTED, Json, stop
from warehouse.packs.check import Checked, check_plan
from warehouse.packs.draft import CALENDARS, FIRST_YEAR, MOST_YEARS, Place, draft_pack
from warehouse.packs.problems import describe, refusal
from warehouse.packs.provinces import Nation, UnknownProvinceError, find_place, provinces
from warehouse.packs.show import describe_plan
from warehouse.packs.workbook import write_pack_workbook
from warehouse.settings import Settings
from warehouse.storage.disk import detect_full_disk
from warehouse.text import say

# Plans run to the end of such a term.
_TERM_YEARS = 5
PackPath = Annotated[
    Path | None, typer.Argument(help="Tệp .xlsx hoặc thư mục / workbook or folder", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    plan = typer.Typer(no_args_is_help=True, help="Gói kế hoạch của nơi khác / plan packs of other places")
    plan.command("new")(new)
    plan.command("check")(check)
    plan.command("show")(show)
    app.add_typer(plan, name="plan")


def new(
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx / file")],
    province: Annotated[
        str,
        typer.Option(
            "--province",
            help='"Hà Nội", "ha noi", 01; nhiều tỉnh / several: "Hà Nội,Huế,Cần Thơ"',
            show_default=False,
        ),
    ] = "",
    nation: Annotated[bool, typer.Option("--nation", help="Cả 34 tỉnh, thành phố / all 34 provinces")] = False,
    calendar: Annotated[str, typer.Option("--calendar", help="quarter | half | month")] = "quarter",
    mid_month: Annotated[
        bool, typer.Option("--mid-month", help="Số liệu từ ngày 15 đến ngày 14 / figures from the 15th to the 14th")
    ] = False,
    first: Annotated[int | None, typer.Option("--from", help="Năm đầu / first year", show_default=False)] = None,
    last: Annotated[int | None, typer.Option("--to", help="Năm cuối / last year", show_default=False)] = None,
) -> None:
    """Viết sổ gói kế hoạch của một tỉnh, nhiều tỉnh hay cả nước / write the workbook of a place's plan pack."""
    settings = Settings.from_env()
    try:
        place = _place(province, settings.lang, is_nation=nation)
        with detect_full_disk():
            _write(place, out, calendar, _years(settings, first, last), settings.lang, mid_month=mid_month)
    except UsageError as error:
        stop(error)
    except OSError as error:
        typer.echo(say("cli", "file_unreadable", settings.lang, path=out, detail=error), err=True)
        raise typer.Exit(EXIT_FAILED) from error


def check(path: PackPath = None, as_json: Json = False) -> None:
    """Nêu mọi lỗi của gói kế hoạch, kèm cách sửa / list every mistake in a plan pack, and how to correct it."""
    settings = Settings.from_env()
    checked = _checked(path, settings)
    if as_json:
        typer.echo(json.dumps([problem.as_dict() for problem in checked.problems], ensure_ascii=False))
    else:
        _report(checked, settings.lang)
    if checked.mistakes:
        raise typer.Exit(EXIT_REJECTED)


def show(path: PackPath = None) -> None:
    """Đọc kế hoạch: đơn vị, chỉ tiêu, ngưỡng, biểu, lịch / a plan as people read it."""
    settings = Settings.from_env()
    checked = _checked(path, settings)
    if checked.mistakes:
        _report(checked, settings.lang)
        raise typer.Exit(EXIT_REJECTED)
    for line in describe_plan(checked.tables, settings.lang, settings.as_of(clock.now().date())):
        typer.echo(line)


def _write(place: Place, out: Path, calendar: str, years: tuple[int, int], lang: str, *, mid_month: bool) -> None:
    if out.suffix != ".xlsx":
        raise UsageError(say("cli", "not_xlsx", lang, path=out))
    if out.exists():
        raise UsageError(say("plan", "exists", lang, path=out))
    if calendar not in CALENDARS:
        raise UsageError(say("plan", "calendar_unknown", lang, name=calendar))
    first, last = years
    if not FIRST_YEAR <= first <= last < first + MOST_YEARS:
        raise UsageError(say("plan", "years_wrong", lang, first=FIRST_YEAR, limit=MOST_YEARS))
    write_pack_workbook(out, draft_pack(place, years, calendar, mid_month=mid_month))
    facts = {"province": place.name, "communes": len(place.communes), "first": first, "last": last}
    key = "written_nation" if isinstance(place, Nation) else "written"
    count = {"provinces": len(place.provinces)} if isinstance(place, Nation) else {}
    typer.echo(say("plan", key, lang, path=out, **facts, **count))
    typer.echo(say("plan", "codes_to_confirm", lang))
    typer.echo(say("plan", "next_steps", lang, path=out))


def _place(names: str, lang: str, *, is_nation: bool) -> Place:
    """Return the place of a pack. Raises UsageError for no or both options, and for a name that no province has."""
    if is_nation == bool(names.strip(" ,")):
        raise UsageError(say("plan", "place_needed", lang))
    try:
        return Nation(provinces()) if is_nation else find_place(names)
    except UnknownProvinceError as error:
        name = error.args[0]
        key = "suggestions" if error.are_similar else "provinces_known"
        hint = say("cli" if error.are_similar else "plan", key, lang, names=", ".join(error.suggestions))
        raise UsageError(f"{say('plan', 'province_unknown', lang, name=name)} {hint}") from error


def _years(settings: Settings, first: int | None, last: int | None) -> tuple[int, int]:
    """Return the years of the plan: by default from this year to the end of its five-year term."""
    begin = first or max(FIRST_YEAR, settings.as_of(clock.now().date()).year)
    return begin, last or -(-begin // _TERM_YEARS) * _TERM_YEARS


def _checked(path: Path | None, settings: Settings) -> Checked:
    """Check a pack, by default the plan in force."""
    if path is not None and not path.exists():
        stop(say("plan", "no_such_path", settings.lang, path=path))
    return check_plan(path.absolute() if path else settings.plan_dir)


def _report(checked: Checked, lang: str) -> None:
    if checked.mistakes:
        typer.echo(refusal(checked.problems, checked.name, lang), err=True)
    else:
        counts = {name: len(checked.tables[name].rows) for name in ("units", "periods")}
        typer.echo(
            say("plan", "fine", lang, name=checked.name, targets=len(checked.tables["plan_targets"].rows), **counts)
        )
    if checked.remarks:
        typer.echo(say("plan", "remarks", lang))
        for line in describe(checked.remarks, lang):
            typer.echo(line)
