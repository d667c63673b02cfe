"""The exploring page, a Streamlit app with a table, beside a blank one: a cold visit, and one change of its period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.bench.browser import Traffic, click, go, load, ready, side_by_side, visitor
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread, Unit
from tests.bench.pages import PERIODS, Step
from tests.bench.visits import KILOBYTE

GROUP = "explore"
MART = "fct_target_progress"
PERIOD_CHOICE = '[data-testid="stSelectbox"] >> nth=1 >> input'
# The list begins with the newest period and opens at the chosen one.
NEXT_OPTION = '[role="option"][aria-selected="true"] + [role="option"]'
Samples = defaultdict[str, list[float]]


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, visit them in turn, and compare."""
    times: Samples = defaultdict(list)
    blank_times: Samples = defaultdict(list)
    with side_by_side(bench) as (browser, app, blank):
        address, blank_address = f"{app.url}/explore/?mart={MART}&lang=vi", f"{blank.url}/?lang=vi"
        _count_bytes(browser, address, times)
        _count_bytes(browser, blank_address, blank_times)
        for period in PERIODS[-bench.samples(5, 2) :]:
            _visit(browser, f"{blank_address}&period={period}", _rerun, blank_times)
            _visit(browser, f"{address}&period={period}", _choose_a_period, times)
    return [
        _figure("cold, bytes received", "kB", times, blank_times),
        _figure("cold, rendered", "ms", times, blank_times),
        _figure("another period, rendered", "ms", times, blank_times),
    ]


def _figure(title: str, unit: Unit, times: Samples, blank_times: Samples) -> Figure:
    return Figure(GROUP, f"{MART}: {title}", unit, Spread.of(times[title]), Spread.of(blank_times[title]))


def _count_bytes(browser: Browser, address: str, times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        traffic = Traffic(page)
        load(page, address)
        ready(page)
        page.wait_for_load_state("networkidle")
        times["cold, bytes received"].append(traffic.received / KILOBYTE)


def _visit(browser: Browser, address: str, change: Callable[[Page], float], times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        times["cold, rendered"].append(load(page, address))
        times["another period, rendered"].append(change(page))


def _choose_a_period(page: Page) -> float:
    """Choose the period before; the time that the list takes to open is the reader's."""
    page.click(PERIOD_CHOICE)
    page.wait_for_selector(NEXT_OPTION)
    return click(page, NEXT_OPTION)


def _rerun(page: Page) -> float:
    return go(page, Step(period=PERIODS[0]).href())
