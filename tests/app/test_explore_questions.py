"""The questions of the user guide are answered at the addresses that it gives."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from app.explore import registry
from tests.app.explored import open_at, unopened

GUIDE = Path(__file__).parents[2] / "docs" / "huong-dan.md"
ADDRESS = re.compile(r"\| `(/explore[^`]*)` \|")
ADDRESSES = ADDRESS.findall(GUIDE.read_text(encoding="utf-8"))


def test_the_guide_has_twelve_questions() -> None:
    assert len(ADDRESSES) == len(set(ADDRESSES)) == 12


@pytest.fixture
def opened(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, dict[str, list[str]]], AppTest]:
    """Opens a page at an address; nothing on it may have failed."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))

    def run(page: str, asked: dict[str, list[str]]) -> AppTest:
        # The first page is the one that opens.
        monkeypatch.setattr(registry, "PAGES", {page: registry.PAGES[page]})
        app = open_at(unopened(), asked)
        assert not app.error
        return app

    return run


@pytest.mark.parametrize("query", ["mart=no_such_table", "mart=dim_unit&period=2099Q9", "lang=fr", "mart=%3Cscript%3E"])
def test_an_unknown_value_in_the_address_reads_as_the_first_choice(
    opened: Callable[[str, dict[str, list[str]]], AppTest], query: str
) -> None:
    assert len(opened("tables", parse_qs(query)).dataframe[0].value) > 0


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_question_of_the_guide_is_answered(
    opened: Callable[[str, dict[str, list[str]]], AppTest], address: str
) -> None:
    parts = urlsplit(address)
    page = parts.path.removeprefix("/explore").strip("/") or "progress"
    asked = parse_qs(parts.query)
    app = opened(page, asked)
    # Nothing of the address was unknown: what it asks for is what is chosen.
    kept = {name: app.query_params[name] for name in asked}
    assert {name: value if isinstance(value, list) else [value] for name, value in kept.items()} == asked
    assert any(len(frame.value) for frame in app.dataframe)
