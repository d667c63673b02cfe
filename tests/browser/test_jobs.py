"""Whole jobs of a leader and a department, counted in clicks, at a desk in English and on a phone in Vietnamese.

A click is whatever has to be pressed or tapped; typing one's name once is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect
from visits import Visit

from app.core.i18n import Words, words_in

pytestmark = pytest.mark.browser
SCREENS = {"desk": ("en", 1366, 768), "phone": ("vi", 360, 800)}
BY = "Chuyên viên Phòng Tổng hợp"
# What was written is drawn anew; a busy machine takes its time.
PATIENCE_MS = 20_000


@dataclass
class Hand:
    """Somebody's hand before the app, in a language: it counts its clicks."""

    visit: Visit
    say: Words
    clicks: int = 0

    def begin(self, period: str) -> None:
        """Open the overview of a quarter; nothing is counted yet."""
        self.visit.open(f"/?period={period}&lang={self.say.lang}")
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """Press or tap something."""
        what.click()
        self.clicks += 1

    def find(self, selector: str) -> Locator:
        """Something of the page."""
        return self.visit.page.locator(selector)

    def heading(self) -> Locator:
        """The page's first sentence."""
        return self.find("#content h1")


@pytest.fixture(params=SCREENS)
def hand(request: pytest.FixtureRequest, browser: Browser, desk_address: str) -> Iterator[Hand]:
    """A hand at a desk or with a phone; every page is measured in both languages in `test_every_place.py`."""
    lang, width, height = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    yield Hand(Visit(context.new_page(), desk_address), words_in(lang))
    context.close()


def open_calls(hand: Hand) -> Locator:
    """Go from the overview to the call sheet: its cards, in the order in which the overview names the first."""
    hand.begin("2026Q3")
    named = hand.find(".brief a[href*='/calls?unit=']").all_inner_texts()
    hand.click(hand.find(".brief a[href^='/calls?period']"))
    cards = hand.find("article.call")
    expect(cards.first).to_be_visible()
    assert cards.locator("h2 a").all_inner_texts()[: len(named)] == named
    hand.find("#call-by").fill(BY)
    return cards


def test_the_three_units_that_most_need_a_call_are_called_and_it_is_on_record(hand: Hand) -> None:
    cards = open_calls(hand)
    for place in range(3):
        # Of calls made before, by another test's hand, each has a line too.
        made = cards.nth(place).locator(".made li")
        before = made.count()
        hand.click(cards.nth(place).get_by_role("button", name=hand.say("calls.reached")))
        expect(made).to_have_count(before + 1, timeout=PATIENCE_MS)
    assert hand.clicks <= 4


def test_a_silent_unit_s_promise_becomes_work_with_what_who_and_until_when(hand: Hand) -> None:
    cards = open_calls(hand)
    card, count = cards.first, cards.first.locator(".made li").count()
    hand.click(card.locator(".promise summary"))
    expect(card.locator("[name=what]")).to_have_value(hand.say("gap.work_report", period=hand.say.period("2026Q3")))
    due = card.locator("[name=due_date]").input_value()
    assert card.locator(".made li").count() == count, "nothing counts as called until it is recorded"
    hand.click(card.locator(".promise button.main"))
    expect(card.locator(".made li")).to_have_count(count + 1, timeout=PATIENCE_MS)
    expect(card.locator(".facts")).to_contain_text(due)
    assert hand.clicks <= 3


def test_six_silent_units_get_one_message_and_a_newcomer_reads_what_the_plan_is(hand: Hand) -> None:
    hand.begin("2025Q2")
    expect(hand.find(".plan-aim")).to_contain_text("2021–2025")
    expect(hand.find(".plan-aim")).to_contain_text(re.compile("hòa nhập cộng đồng|rejoin the community"))
    assert hand.clicks == 0
    open_calls(hand)
    hand.click(hand.find("[data-copy='silent-message']"))
    rows = hand.find(".silent-units article.call")
    for place in range(6):
        made = rows.nth(place).locator(".made li")
        before = made.count()
        hand.click(rows.nth(place).get_by_role("button", name=hand.say("calls.messaged")))
        expect(made).to_have_count(before + 1, timeout=PATIENCE_MS)
    assert rows.count() == 6
    assert hand.clicks <= 8


def test_t08_is_explained_to_a_superior_on_one_page(hand: Hand) -> None:
    hand.begin("2025Q2")
    hand.click(hand.find("a[href*='target=T08']").first)
    told = hand.find("#content")
    # 103 of 240 officers. The milestone is half of them, but a quarter of those of Bình Chánh, whose last figures are
    # of the first quarter; wards that merged in that quarter leave none before to compare with.
    expect(told).to_contain_text("103")
    expect(told).to_contain_text(re.compile(r"13 (officers trained|cán bộ được tập huấn)"))
    expect(told).to_contain_text(hand.say("gap.late_since", period=hand.say.period("2025Q1")))
    assert hand.clicks <= 1


def test_why_a_figure_changed_and_by_which_report(hand: Hand) -> None:
    hand.begin("2025Q2")
    hand.click(hand.find(".brief a[href^='/changes']"))
    expect(hand.find("#through-0")).to_contain_text("28/05/2025")
    hand.click(hand.find("#through-0 .ways a").first)
    expect(hand.find(".card")).to_be_visible()
    assert hand.clicks <= 2
    # The same of any figure, split into what moved it.
    hand.begin("2026Q3")
    hand.click(hand.find("a[href*='target=T14']").first)
    hand.click(hand.find("a[href*='since=']").first)
    expect(hand.find("#bridge")).to_contain_text(hand.say("bridge.title"))
    assert hand.clicks <= 2


def test_everything_owed_and_by_whom(hand: Hand) -> None:
    hand.begin("2026Q3")
    hand.click(hand.find(".brief a[href^='/reports']").first)
    owed = hand.find("#owed .owed > li")
    expect(owed.first).to_be_visible()
    # Six of the quarter, and what districts that ended never sent.
    assert owed.count() >= 6
    assert hand.clicks <= 1


def test_a_memo_and_the_slides(hand: Hand) -> None:
    open_calls(hand)
    with hand.visit.page.expect_download() as memo:
        hand.click(hand.find(".callcards article.call").first.get_by_role("link", name=hand.say("tools.memo_docx")))
    assert memo.value.suggested_filename.endswith(".docx")
    assert hand.clicks <= 3

    hand.begin("2026Q3")
    hand.click(hand.find("details.tools summary").first)
    with hand.visit.page.expect_download() as slides:
        hand.click(hand.find("a[href^='/export/deck.pptx']").first)
    assert slides.value.suggested_filename.endswith(".pptx")
    assert hand.clicks <= 3
