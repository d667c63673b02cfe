"""The exploring pages, Streamlit apps with a table, beside a blank one: a cold visit, and one change of a choice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Browser, Page

from tests.bench.browser import Traffic, click, go, load, ready, side_by_side, visitor
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread, Unit
from tests.bench.pages import PERIODS, Step
from tests.bench.visits import KILOBYTE

GROUP = "explore"
CHOICE = '[data-testid="stSelectbox"] >> nth={} >> input'
# The list begins with the newest period and opens at the chosen one.
NEXT_OPTION = '[role="option"][aria-selected="true"] + [role="option"]'
Samples = defaultdict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Explored:
    """An exploring page: its address, and the place of the choice that is changed to the next one in its list."""

    address: str
    choice: int


PAGES = {
    "progress": Explored("/explore/?lang=vi", 0),
    "pivot": Explored("/explore/pivot?picture=bar&lang=vi", 3),
    "relations": Explored("/explore/relations?lang=vi", 0),
    "tables": Explored("/explore/tables?mart=fct_target_progress&lang=vi", 1),
}


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, visit them in turn, and compare."""
    times: Samples = defaultdict(list)
    blank_times: Samples = defaultdict(list)
    with side_by_side(bench) as (browser, app, blank):
        blank_address = f"{blank.url}/?lang=vi"
        _count_bytes(browser, blank_address, "blank", blank_times)
        for name, page in PAGES.items():
            _count_bytes(browser, app.url + page.address, name, times)
        for period in PERIODS[-bench.samples(5, 2) :]:
            _visit(browser, f"{blank_address}&period={period}", "blank", _rerun, blank_times)
            for name, page in PAGES.items():
                _visit(browser, app.url + page.address, name, partial(_change, page.choice), times)
    return [
        figure
        for name in PAGES
        for figure in (
            _figure(name, "cold, bytes received", "kB", times, blank_times),
            _figure(name, "cold, rendered", "ms", times, blank_times),
            _figure(name, "another choice, rendered", "ms", times, blank_times),
        )
    ]


def _figure(name: str, title: str, unit: Unit, times: Samples, blank_times: Samples) -> Figure:
    own, yardstick = Spread.of(times[f"{name}: {title}"]), Spread.of(blank_times[f"blank: {title}"])
    return Figure(GROUP, f"{name}: {title}", unit, own, yardstick)


def _count_bytes(browser: Browser, address: str, name: str, times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        traffic = Traffic(page)
        load(page, address)
        ready(page)
        page.wait_for_load_state("networkidle")
        times[f"{name}: cold, bytes received"].append(traffic.received / KILOBYTE)


def _visit(browser: Browser, address: str, name: str, change: Callable[[Page], float], times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        times[f"{name}: cold, rendered"].append(load(page, address))
        times[f"{name}: another choice, rendered"].append(change(page))


def _change(choice: int, page: Page) -> float:
    """Choose the next one of a list; the time that the list takes to open is the reader's."""
    page.click(CHOICE.format(choice))
    page.wait_for_selector(NEXT_OPTION)
    return click(page, NEXT_OPTION)


def _rerun(page: Page) -> float:
    return go(page, Step(period=PERIODS[0]).href())
