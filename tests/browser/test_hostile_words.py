"""Hostile words in a real browser: nothing of them runs, and what was written can be read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filled import B1, changed
from markupsafe import escape
from playwright.sync_api import Browser, expect
from visits import Visit, running_app

from tests.answered import respond
from tests.hostile_words import ADDRESSES, HOSTILE, PERIOD, TAG, TARGET, hostile_data_dir

pytestmark = pytest.mark.browser
# What a script, or the handler of a broken picture, would leave behind; and what a tag would have made.
RAN = "window.ran"
MADE = "document.querySelectorAll('.kpi img, .kpi script:not([src]), img[src=x]').length"
# Where no words of people and no unit's name stand as text.
# No report waits in that quarter, so none is previewed.
WITHOUT_NAMES = {f"/downloads?period={PERIOD}", "/people", f"/preview?report=all&period={PERIOD}"}
# A slash cannot stand in a file's name.
FILE_NAME = HOSTILE.replace("/", "∕") + ".xlsx"
WARD, SENT_PERIOD = "26734", "2025Q2"
CHECK_TIMEOUT_MS = 30_000


@pytest.fixture(scope="module")
def data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its originals, full of hostile words."""
    folder = hostile_data_dir(published_data_dir, tmp_path_factory.mktemp("hostile") / "data")
    shutil.copytree(published_data_dir / "landing", folder / "landing", dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def visitor(browser: Browser, data_dir: Path) -> Iterator[Visit]:
    """Somebody who goes from page to page of it."""
    with running_app(data_dir) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        visit = Visit(context.new_page(), address)
        visit.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        yield visit
        context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_runs_on_any_page(visitor: Visit, address: str) -> None:
    visitor.open(f"{address}&lang=vi")
    if address.startswith("/target"):
        for explore in visitor.page.locator(".explore").all():
            explore.press("Enter")
        visitor.page.wait_for_function("() => !document.querySelector('figure.chart:not([data-explored])')")
    assert visitor.page.evaluate(RAN) is None
    assert visitor.page.evaluate(MADE) == 0
    told = visitor.page.locator(".kpi").first.evaluate("box => box.ownerDocument.body.textContent")
    assert (HOSTILE in told) == (address not in WITHOUT_NAMES)


def test_an_explanation_shows_them_as_text(visitor: Visit) -> None:
    visitor.open(f"/?period={PERIOD}&lang=vi")
    visitor.page.locator("table.grid td a.c").nth(1).hover()
    expect(visitor.page.locator(".kpi-tip")).to_contain_text(HOSTILE)
    assert visitor.page.evaluate(RAN) is None


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("quarter.html", {"page": "", "period": PERIOD}),
        ("chart.svg", {"page": "target", "chart": "ranking", "target": TARGET, "period": PERIOD}),
    ],
)
def test_nothing_runs_in_a_file_that_a_browser_opens(
    browser: Browser,
    data_dir: Path,
    name: str,
    where: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))
    path = tmp_path / name
    path.write_bytes(bytes(respond(name, where | {"lang": "vi"}).body))
    page = browser.new_page()
    page.goto(f"file://{path}")
    assert page.evaluate(RAN) is None
    assert page.evaluate("document.querySelectorAll('img, script').length") == 0
    told = page.evaluate("document.documentElement.textContent")
    assert HOSTILE in told or name == "chart.svg"
    assert "<script>" in told
    assert str(escape(TAG)) not in told, "escaped twice"
    page.close()


def test_a_file_s_name_and_what_stands_in_its_cells_are_text_while_it_is_checked(
    visitor: Visit, published_data_dir: Path, tmp_path: Path
) -> None:
    sample = published_data_dir / "sample" / SENT_PERIOD / f"bao-cao_760_{SENT_PERIOD}.xlsx"
    report = changed(sample, tmp_path / FILE_NAME, {(B1, WARD, "sessions_direct"): HOSTILE})
    visitor.open(f"/submit?unit=760&period={SENT_PERIOD}&lang=vi")
    visitor.page.set_input_files("#files", report)
    card = visitor.page.locator("[data-file]")
    expect(card.locator("h3")).to_have_text(FILE_NAME)
    expect(card).to_have_attribute("data-state", "refused", timeout=CHECK_TIMEOUT_MS)
    # The cell's text is quoted as it stands.
    expect(card).to_contain_text("<script>")
    assert visitor.page.evaluate(RAN) is None
    assert visitor.page.evaluate(MADE) == 0
