"""What people type leads to the unit, target, work content or page that they mean, in the quarter that has it."""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import quote

import pytest

from app.analysis.search import Named, found, guess
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.pages.shared.page_parts import MOST_ROWS
from app.web.page_renderer import draw

VI = words_in("vi")
HIT = re.compile(r"<li>(?:<a href='([^']*)'[^>]*>|<b>)([^<]*)(.*?)</li>", re.DOTALL)
HREF = re.compile(r"<a href='([^']*)'[^>]*>([^<]*)")


class Hit(NamedTuple):
    """A line of the list: its name, where it leads, all that stands behind the name, and further ways by their text."""

    name: str
    href: str
    behind: str
    ways: dict[str, str]


def search(typed: str, period: str = "2026Q3", lang: str = "vi", part: str = "1") -> str:
    """The page of what is found."""
    asked = {"q": typed, "period": period, "lang": lang, "part": part}
    return draw("search", asked, BUILT_IN_VIEWER).html.split("id='content'")[1]


def hits(typed: str, period: str = "2026Q3", lang: str = "vi", part: str = "1") -> list[Hit]:
    """What is found, in the order of the page."""
    return [
        Hit(unescape(name), unescape(href or ""), behind, {text: unescape(way) for way, text in HREF.findall(behind)})
        for href, name, behind in HIT.findall(search(typed, period, lang, part))
    ]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("q1", "/district?unit=760&period=2026Q3"),
        ("Q.1", "/district?unit=760&period=2026Q3"),
        ("quận 1", "/district?unit=760&period=2026Q3"),
        ("district 1", "/district?unit=760&period=2026Q3"),
        ("q. tan binh", "/district?unit=766&period=2026Q3"),
        ("phuong sai gon", "/ward?unit=26740&period=2026Q3"),
        ("P. Sài Gòn", "/ward?unit=26740&period=2026Q3"),
        ("con dao", "/district?unit=755&period=2026Q3"),
        ("tp thu duc", "/district?unit=769&period=2026Q3"),
        ("TPHCM", "/?period=2026Q3"),
        ("R77", "/?fold=R74,R79&period=2026Q3"),
        ("T14", "/target?target=T14&period=2026Q3"),
        ("t14 ty le", "/target?target=T14&period=2026Q3"),
        ("xu ly vi pham", "/target?target=T14&period=2026Q3"),
        ("N03", "/tasks?task=N03&period=2026Q3"),
        ("phuong phap", "/methodology?period=2026Q3"),
        ("downloads", "/downloads?period=2026Q3"),
    ],
)
def test_what_is_typed_leads_to_what_is_meant(typed: str, href: str, lang: str) -> None:
    assert hits(typed, lang=lang)[0].href == f"{href}&window=ytd&lang={lang}"


@pytest.mark.usefixtures("sample")
def test_a_unit_that_ended_says_until_when_and_leads_to_its_last_quarter_and_to_what_took_its_place() -> None:
    ward = hits("phuong ben nghe")[0]
    assert ward.name == "Phường Bến Nghé"
    assert "đến 30/06/2025" in ward.behind
    assert ward.href.startswith("/ward?unit=26740&period=2025Q2&")
    assert ward.ways["Phường Sài Gòn"].startswith("/ward?unit=26740&period=2026Q3&")
    # Phường 5 of District 8 was divided in July 2025.
    assert list(hits("p5 q8")[0].ways) == ["Phường Chánh Hưng", "Phường Bình Đông"]


@pytest.mark.usefixtures("sample")
def test_a_unit_that_never_reported_here_leads_over_every_change_of_the_map_to_that_of_today() -> None:
    for typed in ("Quận 2 cũ", "quan 2", "q2"):
        district = hits(typed)[0]
        assert (district.name, district.href) == ("Quận 2", "")
        assert VI("search.no_figures", dated=VI("search.until", date="31/12/2020")) in district.behind
        assert district.ways["Khu vực Thành phố Thủ Đức (cũ)"].startswith("/district?unit=769&period=2026Q3&")
    assert list(hits("q2", period="2025Q2")[0].ways) == ["Thành phố Thủ Đức"]


@pytest.mark.usefixtures("sample")
def test_a_unit_to_come_leads_to_its_first_quarter() -> None:
    commune = hits("phuong sai gon", period="2021Q4")[0]
    assert commune.href.startswith("/ward?unit=26740&period=2025Q3&")
    assert VI("search.since", date="01/07/2025") in commune.behind
    # Bình Dương joined the city then: its former cities lead to their areas.
    city = next(hit for hit in hits("thanh pho thuan an", period="2021Q4") if hit.name == "Thành phố Thuận An")
    assert city.ways["Khu vực Thành phố Thuận An (cũ)"].startswith("/district?unit=725&period=2025Q3&")


@pytest.mark.usefixtures("sample")
def test_a_target_of_another_plan_leads_to_the_last_quarter_that_has_its_figure() -> None:
    target = hits("T01")[0]
    assert target.href.startswith("/target?target=T01&period=2025Q2&")
    assert VI("elsewhere.target", target=target.name.split(" · ")[1], plan="Kế hoạch 2021–2025") in target.behind


@pytest.mark.usefixtures("sample")
def test_exact_names_come_first_then_beginnings_areas_before_communes_and_today_before_what_was() -> None:
    names = [hit.name for hit in hits("vung tau")]
    assert names == [
        "Khu vực Thành phố Vũng Tàu (cũ)",
        "Phường Vũng Tàu",
        "Thành phố Vũng Tàu",
        "Khu vực Bà Rịa – Vũng Tàu (cũ)",
    ]


@pytest.mark.usefixtures("sample")
def test_every_one_of_many_hits_is_listed_part_by_part() -> None:
    units = [search("tan", part=str(part)).split("<section class='hits'>")[1] for part in range(1, 6)]
    count = int(re.findall(r"\((\d+)\)", units[0])[0])
    last = -(-count // MOST_ROWS)
    assert 1 < last <= len(units)
    assert VI("parts.shown", first=1, last=MOST_ROWS, count=count) in units[0]
    listed = [hit for drawn in units[:last] for hit in HIT.findall(drawn)]
    assert len(listed) == len(set(listed)) == count


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_kinds_of_things_were_found_is_said_the_best_first(lang: str) -> None:
    say = words_in(lang)
    titles = re.findall(r"<h2>([^<]*)</h2>", search("tap huan", lang=lang))
    assert titles == [say("search.targets", count=3), say("search.tasks", count=1)]
    assert say("search.title", typed="tap huan", count=4) in search("tap huan", lang=lang)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_found_says_so_guesses_a_slip_of_one_letter_and_shows_how_to_ask(lang: str) -> None:
    say = words_in(lang)
    html = search("ben nge", lang=lang)
    assert say("search.nothing", typed="ben nge") in html
    assert f"/search?q={quote('Bến Nghé')}&amp;period=2026Q3" in html
    assert say("search.guess") not in search("zzzz", lang=lang)
    assert say("search.how") in search("zzzz", lang=lang)
    assert say("search.how") in draw("search", {"lang": lang}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("sample")
def test_each_example_of_how_to_ask_finds_something() -> None:
    html = draw("search", {"period": "2026Q3"}, BUILT_IN_VIEWER).html
    examples = [unescape(text) for text in re.findall(r"href='/search\?q=[^']*'>([^<]*)", html)]
    assert len(examples) == 3
    assert all(hits(typed) for typed in examples)


@pytest.mark.usefixtures("sample")
def test_what_is_typed_is_never_markup() -> None:
    html = search("<script>alert(1)</script>")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("page", ["", "target", "search"])
def test_every_page_has_the_search_field_and_what_is_typed_keeps_quarter_window_and_language(page: str) -> None:
    html = draw(page, {"period": "2025Q2", "window": "quarter", "lang": "en"}, BUILT_IN_VIEWER).html
    form = html[html.index("<form class='seek'") :].split("</form>")[0]
    assert dict(re.findall(r"type='hidden' name='(\w+)' value='(\w+)'", form)) == {
        "period": "2025Q2",
        "window": "quarter",
        "lang": "en",
    }


@pytest.mark.usefixtures("sample")
def test_the_projector_has_no_search_field() -> None:
    assert "class='seek'" not in draw("review", {"period": "2026Q3"}, BUILT_IN_VIEWER).html


def named(*names: str, **values: object) -> Named[str]:
    """A thing that is its first name."""
    return Named(names[0], "", names, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "name", "is_meant"),
    [
        ("q8", "Quận 8", True),
        ("q8", "Quận 18", False),
        # A ward 8 of some district is no district 8.
        ("q8", "Phường 8", False),
        ("p8 q3", "Phường 8", True),
        ("p8 q5", "Phường 8", False),
        ("8", "Phường 8", True),
        ("tp.thu duc", "Thành phố Thủ Đức", True),
        ("cu chi", "Huyện Củ Chi", True),
        ("duc thu", "Thành phố Thủ Đức", True),
        ("", "Quận 8", False),
        ("quan 3", "Phường 8", False),
    ],
)
def test_a_number_goes_with_the_kind_of_unit_before_it(typed: str, name: str, is_meant: bool) -> None:
    assert bool(found(typed, [named(name, around=("Quận 3",))])) is is_meant


def test_a_guess_is_one_letter_away_and_never_made_of_short_words() -> None:
    things = [named("Phường Tân Bình", "Tân Bình"), named("Quận 1")]
    assert guess("tan bin", things) == "Tân Bình"
    assert guess("phuong tam binh", things) == "Phường Tân Bình"
    assert guess("tan", things) is None
    assert guess("tan phu", things) is None


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("typed", "term", "link"),
    [
        ("mốc", "Mốc từng quý", "/methodology?period=2026Q3&amp;window=ytd&amp;lang=vi#general"),
        # A word of a rule's text, not of its name.
        ("tạm tính", "Thiếu không phải là không", "/methodology?"),
        ("có thể chậm", "Có thể chậm", "/methodology?"),
        # A word of a definition.
        ("phòng, chống mại dâm", "T04 · ", "/target?target=T04"),
    ],
)
def test_terms_statuses_and_definitions_are_found_with_what_they_mean(typed: str, term: str, link: str) -> None:
    html = draw("search", {"q": typed, "lang": "vi", "period": "2026Q3"}, BUILT_IN_VIEWER).html
    first = html.split("<section class='hits'>")[1].split("</li>")[0]
    assert link in first
    assert term in first
    assert re.search(r"<span class='note'>[^<]{20,}<", first)


@pytest.mark.usefixtures("sample")
def test_a_target_of_an_earlier_plan_shows_its_definition_and_its_last_figure() -> None:
    html = draw("target", {"target": "T08", "lang": "vi", "period": "2026Q3"}, BUILT_IN_VIEWER).html
    assert "Kế hoạch 2021–2025" in html
    definition = draw("target", {"target": "T08", "lang": "vi", "period": "2025Q2"}, BUILT_IN_VIEWER).html
    said = re.search(r"<p class='definition'>([^<]+?) <", definition)
    assert said
    assert said[1] in html
    assert re.search(r"Quý II/2025 · [^<]*\d", html)
