"""The questions of the user guide are answered at the addresses that it gives."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from app.explore import registry

GUIDE = Path(__file__).parents[2] / "docs" / "huong-dan.md"
ADDRESS = re.compile(r"\| `(/explore[^`]*)` \|")
ADDRESSES = ADDRESS.findall(GUIDE.read_text(encoding="utf-8"))
SCRIPT = str(Path(__file__).parents[2] / "app" / "explore" / "main.py")
TIMEOUT_S = 60


def test_the_guide_has_twelve_questions() -> None:
    assert len(ADDRESSES) == len(set(ADDRESSES)) == 12


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_question_of_the_guide_is_answered(
    address: str, published_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    parts = urlsplit(address)
    page = parts.path.removeprefix("/explore").strip("/") or "progress"
    # The first page is the one that opens.
    monkeypatch.setattr(registry, "PAGES", {page: registry.PAGES[page]})
    app = AppTest.from_file(SCRIPT, default_timeout=TIMEOUT_S)
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
