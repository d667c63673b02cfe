"""The questions of the user guide are answered at the addresses that it gives."""

import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

GUIDE = Path(__file__).parents[2] / "docs" / "huong-dan.md"
ADDRESS = re.compile(r"\| `(/explore[^`]*)` \|")
ADDRESSES = ADDRESS.findall(GUIDE.read_text(encoding="utf-8"))
TIMEOUT_S = 60


def page_of_address() -> None:
    """What Streamlit runs: the page that the test names, alone."""
    import os

    from app.explore.registry import PAGES
    from app.explore.visit import opened_visit

    name = os.environ["TESTED_PAGE"]
    visit = opened_visit(name)
    assert visit
    PAGES[name](visit)


def test_the_guide_has_twelve_questions() -> None:
    assert len(ADDRESSES) == len(set(ADDRESSES)) == 12


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_question_of_the_guide_is_answered(
    address: str, published_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    parts = urlsplit(address)
    monkeypatch.setenv("TESTED_PAGE", parts.path.removeprefix("/explore").strip("/") or "progress")
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    app = AppTest.from_function(page_of_address, default_timeout=TIMEOUT_S)
    asked = parse_qs(parts.query)
    for name, values in asked.items():
        app.query_params[name] = values
    app.run()
    assert not app.exception
    assert not app.error
    # Nothing of the address was unknown: what it asks for is what is chosen.
    kept = {name: app.query_params[name] for name in asked}
    assert {name: value if isinstance(value, list) else [value] for name, value in kept.items()} == asked
    assert any(len(frame.value) for frame in app.dataframe)
