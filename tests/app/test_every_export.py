"""Every table, picture and figure of every page as a file, for every role: whatever a page offers can be had.

A page is gathered once and asked for all that it offers, in every format: pages on targets that count people in two
periods a role, all others and whole documents in one; of the other targets each is asked for by one role of three. The
periods are the first year's last, the districts' last, the one under review and one that has begun.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import cycle, product

import pytest

from app.core.access import AccessDeniedError, Right, Viewer
from app.core.page_context import Context, Page, UnknownCodeError
from app.pages.registry import PAGES, page_of
from app.web import export_routes
from tests.app.roles import AREAS, COMMUNES, VIEWERS

PERIODS = ("2021Q4", "2025Q2", "2026Q3", "2026Q4")
LANGUAGES = ("vi", "en")
SENSITIVE = ("T16", "T17")
WINDOWS = ("quarter", "ytd")
TARGETS = (*(f"T{number:02}" for number in range(1, 16)), "T18")
READERS = [who for who, viewer in VIEWERS.items() if viewer.may(Right.READ) and not viewer.may(Right.SMALL_COUNTS)]
# By the parts of a page: the parameter that names one, and the files that are made from it.
PARTS = {
    "tables": ("table", ("table.csv", "table.xlsx")),
    "charts": ("chart", ("chart.svg",)),
    "figures": ("figure", ("figure.json",)),
}
# Every period for two of the readers, every reader in two of the periods.
OF_PEOPLE = [(who, period) for place, who in enumerate(READERS) for period in PERIODS[place % 2 :: 2]]
NAMES_OF_PARTS = frozenset(parameter for parameter, _ in PARTS.values())
MADE_FROM_A_PART = {name for _, names in PARTS.values() for name in names}
DOCUMENTS = sorted({*export_routes.FILES} - MADE_FROM_A_PART - {"mart.csv", "mart.xlsx", "mart.parquet"})
Offer = Callable[[Mapping[str, str], Viewer], Page | None]
# Whose offline quarter, which takes longest to make, is opened in `test_access_matrix.py`.
WITH_OFFLINE_QUARTER_ELSEWHERE = ("leader", "officer")
BESIDE_EACH_OTHER = ",".join(AREAS.values())


def addresses(number: int) -> Iterator[dict[str, str]]:
    """Every page, those on a unit for each, and those on a target for every third, another one for each `number`."""
    named = {"target", "district", "ward", "origin", "search"}
    yield from ({"page": page} for page in PAGES if page not in named)
    yield from ({"page": "target", "target": target} for target in TARGETS[number % 3 :: 3])
    yield {"page": "search", "q": "quan"}
    for unit in ("own", "other"):
        yield {"page": "district", "unit": AREAS[unit]}
        yield {"page": "ward", "unit": COMMUNES[unit]}


def addresses_on_people(number: int) -> Iterator[dict[str, str]]:
    """Every page on a target that counts people; an odd `number` changes the two targets' windows over."""
    for target, window in zip(SENSITIVE, WINDOWS if number % 2 else WINDOWS[::-1], strict=True):
        of_people = {"target": target, "window": window}
        yield {"page": "", **of_people}
        yield {"page": "compare", "units": BESIDE_EACH_OTHER, **of_people}
        yield {"page": "target", **of_people}
        for unit in ("own", "other"):
            yield {"page": "target", "unit": AREAS[unit], **of_people}
            yield {"page": "district", "unit": AREAS[unit], **of_people}
            yield {"page": "ward", "unit": COMMUNES[unit], **of_people}
            yield {"page": "origin", "unit": COMMUNES[unit], **of_people}


@pytest.fixture
def offered(sample: None, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """What a page offers; it is put together once for all the files that are made from it."""

    @lru_cache(maxsize=2)
    def gather(page: str, parameters: frozenset[tuple[str, str]], viewer: Viewer) -> tuple[Context, Page]:
        return page_of(page, dict(parameters), viewer)

    def of_all_its_parts(page: str, parameters: Mapping[str, str], viewer: Viewer) -> tuple[Context, Page]:
        own = {name: value for name, value in parameters.items() if name not in NAMES_OF_PARTS}
        return gather(page, frozenset(own.items()), viewer)

    def offer(address: Mapping[str, str], viewer: Viewer) -> Page | None:
        try:
            return of_all_its_parts(address["page"], address, viewer)[1]
        except (AccessDeniedError, UnknownCodeError):
            return None

    monkeypatch.setattr(export_routes, "page_of", of_all_its_parts)
    return offer


def files_of(page: Page, address: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and parameters of every file that a page offers."""
    for part, (parameter, names) in PARTS.items():
        for name, one in product(names, getattr(page, part)):
            yield name, {**address, parameter: one}


def taken(asked: Mapping[str, str], viewer: Viewer, offered: Offer) -> list[dict[str, str]]:
    """Take every file that the page at an address offers: their parameters."""
    page = offered(asked, viewer)
    files = list(files_of(page, asked)) if page else []
    for name, parameters in files:
        assert export_routes.respond(name, parameters, viewer).status_code == 200, (name, parameters)
    return [parameters for _, parameters in files]


@pytest.mark.parametrize(("who", "period"), list(zip(VIEWERS, cycle(PERIODS), strict=False)))
def test_whatever_a_page_offers_can_be_had(who: str, period: str, offered: Offer) -> None:
    viewer = VIEWERS[who]
    for number, address in enumerate(addresses(list(VIEWERS).index(who))):
        taken({**address, "period": period, "lang": LANGUAGES[number % 2]}, viewer, offered)
    made_elsewhere = {"quarter.html"} if who in WITH_OFFLINE_QUARTER_ELSEWHERE else set()
    for number, name in enumerate(one for one in DOCUMENTS if one not in made_elsewhere):
        address = {"page": "review", "period": period, "lang": LANGUAGES[number % 2]}
        assert export_routes.respond(name, address, viewer).status_code < 500, (name, address)


@pytest.mark.parametrize(("who", "period"), OF_PEOPLE)
def test_figures_of_people_can_be_had_as_far_as_they_are_told(who: str, period: str, offered: Offer) -> None:
    trends = 0
    for number, address in enumerate(addresses_on_people(PERIODS.index(period))):
        lang = LANGUAGES[(number + PERIODS.index(period) // 2) % 2]
        files = taken({**address, "period": period, "lang": lang}, VIEWERS[who], offered)
        trends += sum(parameters.get("figure") == "trend" for parameters in files)
    assert trends >= len(SENSITIVE)
