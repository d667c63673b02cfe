"""Whatever people write, and whatever a unit is called, is text: on pages, in pictures, in every kind of file."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import xlsxwriter
from lxml import etree, html
from markupsafe import escape
from starlette.responses import Response

from app.core.access import BUILT_IN_VIEWER
from app.pages.registry import PAGES, page_of
from app.web.downloads import OpenFile
from app.web.page_renderer import draw
from tests.answered import respond
from tests.hostile_words import ADDRESSES, HOSTILE, PERIOD, TAG, UNIT, hostile_data_dir

# Where none of those words stand; while no report waits, nor in a preview.
WITHOUT_NAMES = {"downloads", "people", "preview"}
TWICE = str(escape(TAG))
RUNS = re.compile(r"^\s*[=+\-@＝＋－＠\t\r\n]")
NUMBER = re.compile(r"-?\d+([.,]\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, full of hostile words."""
    return hostile_data_dir(published_data_dir, tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture(autouse=True)
def hostile(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and files are made from it."""
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))


def asked(address: str) -> tuple[str, dict[str, str]]:
    """An address as a page and its parameters."""
    parts = urlsplit(address)
    return parts.path.strip("/"), dict(parse_qsl(parts.query)) | {"lang": "vi"}


def assert_harmless(root: etree._Element) -> None:
    """No element or attribute came out of a text."""
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        assert name not in {"script", "img", "image", "foreignObject", "iframe"}, etree.tostring(element)[:200]
        assert not [key for key in element.attrib if key.startswith("on")], etree.tostring(element)[:200]
        for key in ("href", "{http://www.w3.org/1999/xlink}href"):
            assert not element.get(key, "").lower().lstrip().startswith(("javascript:", "data:"))


def text_of(root: etree._Element) -> str:
    """All text, the pieces of a broken line put together."""
    return "".join(root.itertext())


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_hostile_words_as_they_were_written(address: str) -> None:
    page, parameters = asked(address)
    drawn = draw(page, parameters, BUILT_IN_VIEWER)
    # What was drawn is the page itself, and no message about a failure.
    page_of(page, parameters, BUILT_IN_VIEWER)
    root = html.fragment_fromstring(drawn.html, create_parent="div")
    assert_harmless(root)
    told = text_of(root)
    # Nothing was escaped twice, cut short or calculated.
    assert TWICE not in told
    assert (HOSTILE in told) == (page not in WITHOUT_NAMES)


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"/target?target=T01&unit={UNIT}&period={PERIOD}", "answers"),
        # So many that they stand in one line.
        ("/target?target=T13&period=2021Q3&window=quarter", "together"),
    ],
)
def test_lists_of_units_instead_of_bars_name_them_as_text(address: str, part: str) -> None:
    page, parameters = asked(address)
    drawn = html.fragment_fromstring(draw(page, parameters, BUILT_IN_VIEWER).html, create_parent="div")
    lists = drawn.find_class(part)
    assert lists
    for one in lists:
        assert_harmless(one)
        links = list(one.iter("a"))
        assert [link.text for link in links if link.text != HOSTILE] == []
        assert [link.get("aria-label") for link in links if HOSTILE not in link.get("aria-label", "")] == []


def test_every_page_is_opened_here() -> None:
    assert {asked(address)[0] for address in ADDRESSES} == set(PAGES)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pictures_and_tables_of_a_page_hold_them_as_text(address: str) -> None:
    name, parameters = asked(address)
    _, page = page_of(name, parameters, BUILT_IN_VIEWER)
    for chart in page.charts:
        answer = respond("chart.svg", parameters | {"page": name, "chart": chart})
        assert answer.status_code == 200
        assert_harmless(etree.fromstring(bytes(answer.body)))
    for table in page.tables:
        answer = respond("table.csv", parameters | {"page": name, "table": table})
        assert_no_formula_in_csv(bytes(answer.body), ";")
        answer = respond("table.xlsx", parameters | {"page": name, "table": table})
        assert_no_formula_in_workbook(bytes(answer.body))


def assert_no_formula_in_csv(content: bytes, separator: str) -> None:
    """No cell begins with what a spreadsheet calculates, whatever separator it takes the file to have."""
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert [cell for cell in row if RUNS.match(cell) and not NUMBER.fullmatch(cell)] == []


def assert_no_formula_in_workbook(content: bytes) -> None:
    """Cells are text, numbers, days: none is calculated, none is a link."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        assert sheets
        for name in sheets:
            assert re.findall(rb"<(?:f|hyperlink)[ >/]", parts.read(name)) == []


def test_a_formula_and_a_link_in_a_workbook_are_found() -> None:
    for write in ("formula", "url"):
        written = io.BytesIO()
        book = xlsxwriter.Workbook(written)
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1+1") if write == "formula" else sheet.write_url("A1", "https://example.org")
        book.close()
        with pytest.raises(AssertionError):
            assert_no_formula_in_workbook(written.getvalue())


@pytest.mark.parametrize(
    ("lang", "mart"), [("vi", "dim_unit"), ("vi", "fct_submission"), ("vi", "fct_task_progress"), ("en", "dim_unit")]
)
def test_whole_tables_leave_as_text(mart: str, lang: str) -> None:
    where = {"page": "downloads", "period": PERIOD, "lang": lang, "table": mart}
    content = whole(respond("mart.csv", where))
    assert TAG in content.decode("utf-8-sig")
    assert_no_formula_in_csv(content, ";" if lang == "vi" else ",")
    assert_no_formula_in_workbook(whole(respond("mart.xlsx", where)))


def whole(answer: Response) -> bytes:
    """The content of an answer, whether it was made in memory or stands in a file that is sent."""
    return answer.file.read() if isinstance(answer, OpenFile) else bytes(answer.body)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("memo.docx", {"page": "district", "unit": UNIT}),
        ("quarter.docx", {"page": ""}),
        ("deck.pptx", {"page": "review"}),
    ],
)
def test_documents_and_slides_hold_them_as_text(name: str, where: Mapping[str, str]) -> None:
    answer = respond(name, {**where, "period": PERIOD, "lang": "vi"})
    assert answer.status_code == 200
    told = ""
    with zipfile.ZipFile(io.BytesIO(bytes(answer.body))) as archive:
        for part in archive.namelist():
            content = archive.read(part)
            if part.endswith(".xlsx"):
                assert_no_formula_in_workbook(content)
            elif part.endswith((".xml", ".rels")):
                root = etree.fromstring(content)
                told += text_of(root)
                # A field could fetch or run something; pages are numbered by one.
                fields = root.xpath("//*[local-name()='instrText']/text() | //*[local-name()='fldSimple']/@*")
                assert set(fields) <= {"PAGE"}
                assert root.xpath("//*[@TargetMode='External']") == []
    assert TAG in told
    assert TWICE not in told
