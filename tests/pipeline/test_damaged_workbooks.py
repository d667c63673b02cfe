"""A valid report, damaged at random in hundreds of ways: never a crash, never a figure that nobody reported.

A damaged file is refused, or it says what stands in it: the figures that are read again from the landing zone are those
that were checked, and a damage that leaves the content whole leaves every figure as it was.
"""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.files_of_kinds import parts_of, zip_of
from warehouse.forms.formats import open_book
from warehouse.forms.layout import raw_columns
from warehouse.forms.reading.reader import Reading, read_landed, read_report
from warehouse.intake import Intake
from warehouse.reference import Reference
from warehouse.settings import Settings
from warehouse.storage.landing import landed_path

pytestmark = pytest.mark.slow

DAY = date(2024, 7, 10)
Grids = dict[str, list[list[Any]]]
# How many ways `make bench-damage` tries, 1,140 in all; the suite tries two fifths of that, a quick run a quarter.
BYTES, OLD_BYTES, PARTS, CELLS, ORDERS, LANDED = 300, 150, 300, 200, 150, 40
# What a number, an attribute or a mark in a file may be overwritten with.
TOKENS = [
    b"", b"0", b"-1", b"7", b"999999999999999999999", b"1e308", b"NaN", b"1.5", b"\0", b"<", b">", b"&#0;", b"&lt;",
    b"]]>", b"A1", b"XFD1048576", b'"', b"s", b"e", b"str", b"\xff\xfe", b"\xe2\x80\xae", b"<c><v>1</v></c>", b"<row/>",
]  # fmt: skip
TOKEN = re.compile(rb"[A-Za-z0-9.]+|<[^>]{0,40}>")
# What a person may type into a cell of counts, and what it says if it is taken at all.
TYPED: list[tuple[Any, set[Any]]] = [
    (0, {0}), (12, {12}), (5000, {5000}), (-3, set()), (10**12, set()), (1e300, set()), (2.5, set()), ("", {None}),
    ("12", {12}), (" 12 ", {12}), ("012", {12}), ("1.234", {1234}), ("1,234", {1234}), ("12 lượt", {12}), ("-", {None}),
    ("mười hai", set()), ("12\0", set()), ("\u202e21", set()), ("9" * 40, set()), ("x" * 3_000, set()), ("=1+1", set()),
    (True, set()), (date(2024, 5, 1), set()), ("#REF!", set()), ("1e3", set()), ("١٢", set()), ("12/5", set()),
]  # fmt: skip


def tries(count: int) -> Callable[[Any], Any]:
    """The same tries in every run; what fails is shown as small as it can be made."""
    per_hundred = settings().max_examples
    return settings(
        max_examples=count * per_hundred // 100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def spare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("landed") / "file"


@pytest.fixture(scope="module")
def whole(report_of: dict[str, bytes], reference: Reference) -> Reading:
    return read_report(report_of["xlsx"], reference, DAY)


def read(data: bytes, reference: Reference, spare: Path) -> Reading:
    """The reading, after what must hold for whatever comes."""
    reading = read_report(data, reference, DAY)
    for problem in (*reading.problems, *reading.remarks):
        assert all(len(text) < 1_500 for text in problem.as_dict().values() if isinstance(text, str))
    if not reading.problems:
        assert reading.reporter
        assert reading.period
        spare.write_bytes(data)
        assert read_landed(spare, reference) == reading.rows
    return reading


def figures(reading: Reading) -> dict[str, list[tuple[Any, ...]]]:
    """What is reported, wherever it stands on the sheet."""
    return {form: sorted((row[1:] for row in rows), key=repr) for form, rows in reading.rows.items()}


@st.composite
def damaged_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """The file cut, or with bytes turned over, left out, doubled or put in."""
    place = draw(st.integers(0, len(data) - 1))
    size = draw(st.sampled_from([1, 1, 2, 4, 30, 500, 4096]))
    way = draw(st.sampled_from(["flip", "flip", "cut", "drop", "double", "fill", "noise"]))
    noise = draw(st.randoms(use_true_random=False)).randbytes(size)
    return {
        "flip": data[:place] + bytes([data[place] ^ (1 << size % 8)]) + data[place + 1 :],
        "cut": data[:place],
        "drop": data[:place] + data[place + size :],
        "double": data[: place + size] + data[place:],
        "fill": data[:place] + b"\0" * size + data[place + size :],
        "noise": data[:place] + noise + data[place + size :],
    }[way]


@st.composite
def damaged_parts(draw: st.DrawFn, data: bytes) -> bytes:
    """The archive sound, a part of it dropped, swapped with another, or damaged within."""
    parts = parts_of(data)
    # Of an OpenDocument's parts one holds all cells; half of the tries go there.
    names = st.sampled_from([*sorted(parts), *(["content.xml"] * len(parts) if "content.xml" in parts else [])])
    name, other = draw(names), draw(names)
    content = parts[name]
    way = draw(st.sampled_from(["drop", "swap", "token", "token", "token", "token", "cut", "double", "bytes"]))
    if way == "drop":
        del parts[name]
    elif way == "swap":
        parts[name], parts[other] = parts[other], content
    elif way == "token":
        for _ in range(draw(st.integers(1, 3))):
            found = list(TOKEN.finditer(parts[name])) or [re.search(b"", b"") or pytest.fail("nothing")]
            token = draw(st.sampled_from(found))
            parts[name] = parts[name][: token.start()] + draw(st.sampled_from(TOKENS)) + parts[name][token.end() :]
    elif content:
        place, size = draw(st.integers(0, len(content) - 1)), draw(st.integers(1, 2_000))
        parts[name] = {
            "cut": content[:place],
            "double": content[: place + size] + content[place:],
            "bytes": content[:place] + b"\xff\0" + content[place + 2 :],
        }[way]
    return zip_of(parts)


def as_file(grids: Grids, kind: str) -> bytes:
    """Sheets as a workbook or a zip of CSV."""
    if kind == "csv":
        return zip_of({f"{name}.csv": _as_csv(grid) for name, grid in grids.items()})
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "default_date_format": "d/m/yyyy"}
    ) as book:
        for name, grid in grids.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(grid):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell[:32_767].replace("\0", "_x0000_"))
                    else:
                        sheet.write(row, column, cell)
    return out.getvalue()


def _as_csv(grid: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_plain(cell) for cell in row] for row in grid)
    return out.getvalue().encode()


def _plain(cell: Any) -> Any:
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


@pytest.fixture(scope="module")
def grids(report_of: dict[str, bytes]) -> Grids:
    return {sheet.name: sheet.grid for sheet in open_book(report_of["xlsx"]).sheets}


ARCHIVES = ["xlsx", "csv", pytest.param("ods", marks=pytest.mark.office)]


@pytest.mark.parametrize("kind", ARCHIVES)
def test_damaged_bytes_of_an_archive_are_refused_or_change_no_figure(
    report_of: dict[str, bytes], reference: Reference, whole: Reading, spare: Path, kind: str
) -> None:
    @tries(BYTES // 3)
    @given(damaged_bytes(report_of[kind]))
    def damage(data: bytes) -> None:
        reading = read(data, reference, spare)
        assert reading.problems or reading.rows == whole.rows

    damage()


@pytest.mark.office
def test_damaged_bytes_of_an_old_workbook_never_crash_the_door(
    report_of: dict[str, bytes], reference: Reference, spare: Path
) -> None:
    @tries(OLD_BYTES)
    @given(damaged_bytes(report_of["xls"]))
    def damage(data: bytes) -> None:
        read(data, reference, spare)

    damage()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_damaged_parts_are_refused_or_say_what_stands_in_them(
    report_of: dict[str, bytes], reference: Reference, spare: Path, kind: str
) -> None:
    @tries(PARTS // 3)
    @given(damaged_parts(report_of[kind]))
    def damage(data: bytes) -> None:
        read(data, reference, spare)

    damage()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_whatever_is_typed_into_a_cell_is_refused_or_taken_as_it_stands_and_touches_no_other(
    grids: Grids, reference: Reference, whole: Reading, spare: Path, kind: str
) -> None:
    counts = [
        (form, row, column.column_code)
        for form, rows in whole.rows.items()
        for row in range(len(rows))
        for column in reference.columns(form)
        if column.data_type == "count"
    ]

    taken = []

    @tries(CELLS // 2)
    @given(st.sampled_from(counts), st.sampled_from(TYPED))
    def type_in(place: tuple[str, int, str], typed: tuple[Any, set[Any]]) -> None:
        (form, row, column), (value, meanings) = place, typed
        before = whole.rows[form][row]
        sheet = whole.sheet_names[form]
        changed = {name: [list(cells) for cells in grid] for name, grid in grids.items()}
        changed[sheet][before[0] - 1][whole.positions[form][column]] = value
        reading = read(as_file(changed, kind), reference, spare)
        if reading.problems:
            return
        position = [name for name, _ in raw_columns(reference, form)].index(column)
        after = {form: [list(cells) for cells in rows] for form, rows in reading.rows.items()}
        assert after[form][row][position] in meanings, (value, after[form][row][position])
        after[form][row][position] = before[position]
        assert after == {form: [list(cells) for cells in rows] for form, rows in whole.rows.items()}
        taken.append(value)

    type_in()
    assert {0, 12, 5000} <= set(taken)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_rows_and_columns_in_another_order_are_refused_or_give_the_same_figures(
    grids: Grids, reference: Reference, whole: Reading, spare: Path, kind: str
) -> None:
    taken = set()

    @tries(ORDERS // 2)
    @given(
        st.sampled_from(sorted(whole.sheet_names.values())),
        st.sampled_from(["rows", "columns", "head", "blank rows", "types"]),
        st.randoms(use_true_random=False),
    )
    def reorder(sheet: str, way: str, chance: random.Random) -> None:
        changed = dict(grids)
        changed[sheet] = list(_reordered([list(row) for row in grids[sheet]], way, chance))
        reading = read(as_file(changed, kind), reference, spare)
        assert reading.problems or figures(reading) == figures(whole)
        if not reading.problems:
            taken.add(way)

    reorder()
    assert {"rows", "columns"} <= taken


def _reordered(grid: list[list[Any]], way: str, chance: random.Random) -> Iterator[list[Any]]:
    """A sheet with its data's rows or its columns in another order, without a row of its head, or typed as text."""
    start = next(index for index, row in enumerate(grid) if "unit_code" in row) + 1
    if way == "rows":
        data = grid[start:]
        chance.shuffle(data)
        grid = grid[:start] + data
    elif way == "columns":
        order = list(range(len(grid[0])))
        chance.shuffle(order)
        grid = [[row[column] for column in order] for row in grid]
    elif way == "head":
        del grid[chance.randrange(start)]
    elif way == "types":
        grid = grid[:start] + [[str(_plain(cell)) for cell in row] for row in grid[start:]]
    for row in grid:
        if way == "blank rows" and chance.random() < 0.2:
            yield [""] * len(row)
        yield row


def test_nothing_is_half_landed_and_nothing_counts_that_was_not_accepted(
    report_of: dict[str, bytes], reference: Reference, settings: Settings, intake: Intake, tmp_path: Path
) -> None:
    path = tmp_path / "sent"

    def landed() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in settings.landing_dir.rglob("*") if file.is_file()}

    @tries(LANDED)
    @given(
        st.one_of(
            *(way(data) for data in report_of.values() for way in (damaged_bytes,)), damaged_parts(report_of["csv"])
        )
    )
    def send(data: bytes) -> None:
        path.write_bytes(data)
        files, accepted = landed(), intake.registry.submissions("accepted")
        result = intake.submissions.accept(path, by="tester", received_at=datetime(2024, 7, 10, 9))
        if result.outcome == "accepted":
            files[landed_path(settings.landing_dir, result.submission.sha256).name] = data
            assert intake.ledger.rows_of(result.submission) == read_report(data, reference, DAY).rows
            assert len(intake.registry.submissions("accepted")) == len(accepted) + 1
        else:
            assert intake.registry.submissions("accepted") == accepted
        assert landed() == files

    send()
    path.write_bytes(report_of["xlsx"])
    assert intake.submissions.accept(path, by="tester", received_at=datetime(2024, 7, 10, 9)).is_accepted
