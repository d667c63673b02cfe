"""What is opened first is drawn before anybody asks; small answers leave at once; a kept answer stays as it was."""

import re
import socket
from html import unescape
from pathlib import Path
from threading import Event
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.reader import Reader
from app.queries import plan
from app.web import prerendering
from app.web.page_renderer import KEPT_PAGES, draw
from app.web.prerendering import first_pages
from app.web.tcp_no_delay import send_without_delay
from tests import plan_pack, two_tiers
from warehouse.programmes import in_force
from warehouse.publish.engines import published

# What names a whole page of its kind in an address.
WHOLE = {"target": "target", "district": "unit"}


@pytest.fixture
def reader(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader of the published sample."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    return Reader(BUILT_IN_VIEWER, published())


def addresses(html: str) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """The pages that a page links to: name and parameters."""
    parts = [urlsplit(unescape(href)) for href in re.findall(r"href='(/[^']*)'", html)]
    return {(part.path.strip("/"), frozenset(parse_qsl(part.query))) for part in parts}


def test_all_pages_that_are_drawn_ahead_for_the_city_are_kept(reader: Reader) -> None:
    assert 60 < len(list(first_pages(reader))) < KEPT_PAGES


def test_links_from_the_page_that_opens_lead_to_pages_that_are_drawn_already(
    province_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(province_data_dir))
    monkeypatch.setenv("KPI_PLAN_DIR", str(plan_pack.PACK))
    reader = Reader(BUILT_IN_VIEWER, published())
    ahead = {(page, frozenset(asked.items())): (page, asked) for page, asked in first_pages(reader)}
    drawn = {place: draw(page, asked, BUILT_IN_VIEWER) for place, (page, asked) in ahead.items()}
    assert {page.status for page in drawn.values()} == {200}
    opening = draw("", dict(next(asked for page, asked in first_pages(reader) if not page)), BUILT_IN_VIEWER).html
    heads = [
        (page, asked)
        for page, asked in addresses(opening)
        if {name for name, _ in asked} == {WHOLE.get(page), "period", "window", "lang"}
    ]
    assert {page for page, _ in heads} == WHOLE.keys()
    for page, asked in heads:
        # The very drawing that was made ahead.
        assert draw(page, dict(asked), BUILT_IN_VIEWER) is drawn[page, asked]


def test_the_first_pages_of_each_programme_are_drawn_ahead_with_its_own_links(
    two_tiers_data_dir: Path, province_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "programmes.csv"
    lines = [f"two,{two_tiers_data_dir},{two_tiers.PACK}", f"half,{province_data_dir},{plan_pack.PACK}"]
    listed.write_text("\n".join(["code,data_dir,plan", *lines]) + "\n", encoding="utf-8")
    monkeypatch.setenv("KPI_PROGRAMMES", str(listed))
    monkeypatch.setattr(prerendering, "REST_PER_WORK", 0)
    for code, own, other in (("two", "Sông Hà", "Hải Đông"), ("half", "Hải Đông", "Sông Hà")):
        with in_force(code):
            warehouse = published()
            assert prerendering._draw_newer("", Event()) == warehouse.version
            page, asked = next(first_pages(Reader(BUILT_IN_VIEWER, warehouse)))
            kept = draw(page, asked, BUILT_IN_VIEWER)
            assert draw(page, asked, BUILT_IN_VIEWER) is kept
        assert own in kept.html
        assert other not in kept.html
        plans = {dict(asked).get("plan", "") for _, asked in addresses(kept.html) if "period" in dict(asked)}
        assert plans == {"" if code == "two" else code}


def test_a_connection_to_a_socket_bound_as_streamlit_binds_it_sends_without_delay() -> None:
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_without_delay()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_one_page_does_with_an_answer_is_not_seen_by_the_next(reader: Reader) -> None:
    first = plan.periods(reader)
    first.clear()
    assert len(plan.periods(reader)) == 40
