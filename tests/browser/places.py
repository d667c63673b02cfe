"""Every page as tests that go over all pages know it: add a line for a new page, or for a state worth looking at.

Each place is measured for cut and overlapping text, in Vietnamese at five sizes (further states of a page at
four), and examined by axe in two themes; one state of each page is measured in English on a phone.
"""

from dataclasses import dataclass

FIGURE = "figure.chart .pt"
SLIDE_HEADING = ".deck .slide:not([hidden]) h1"


@dataclass(frozen=True)
class Place:
    """A page in one state: a name for the test's report, its address without a language, what is there once it is
    drawn, and what besides has to be waited for."""

    name: str
    path: str
    heading: str = "#content h1"
    waits_for: tuple[str, ...] = ()

    def address(self, lang: str) -> str:
        """The address in a language."""
        return f"{self.path}{'&' if '?' in self.path else '?'}lang={lang}"


PLACES = (
    Place("overview", "/?period=2021Q4"),
    Place("overview, newest", "/?period=2025Q2", waits_for=("table.grid",)),
    Place("overview, narrowed", "/?sort=behind&status=far_behind&period=2025Q2"),
    Place("overview, one group", "/?sort=name&group=4&period=2021Q4"),
    Place("overview, nothing to show", "/?status=suppressed&period=2021Q4"),
    Place("overview, areas", "/?open=760,785&period=2026Q3", waits_for=("table.areas .part",)),
    Place("overview, areas found", "/?find=ben+nghe&fold=R74&period=2025Q3", waits_for=("table.areas .part",)),
    Place("overview, every commune", "/?level=ward&period=2026Q3", waits_for=("table.areas .rest",)),
    Place("overview, a quarter to come", "/?period=2028Q1"),
    Place("target", "/target?target=T09&period=2021Q4", waits_for=(FIGURE, "table.figures")),
    Place("target, newest", "/target?target=T09&period=2025Q2", waits_for=(FIGURE, "table.figures")),
    Place("target, only followed", "/target?target=T03&period=2025Q2", waits_for=(FIGURE,)),
    Place("target, areas", "/target?target=T09&period=2026Q3", waits_for=(FIGURE, "table.figures")),
    Place("target, every commune", "/target?target=T09&level=ward&period=2026Q3", waits_for=(FIGURE, ".walls.nested")),
    Place("target, every commune's answer", "/target?target=T02&level=ward&period=2026Q3", waits_for=(FIGURE,)),
    Place("target, its level gone", "/target?target=T08&period=2025Q3", waits_for=(FIGURE,)),
    Place("district", "/district?unit=769&period=2021Q4"),
    Place("district, a figure chosen", "/district?unit=769&target=T14&period=2021Q4"),
    Place("district, silent", "/district?unit=785&period=2025Q2"),
    Place("area", "/district?unit=785&period=2026Q3"),
    Place("ward", "/ward?period=2021Q4"),
    Place("commune", "/ward?unit=26740&target=T09&period=2026Q3"),
    Place("compare", "/compare?units=760,769,787&period=2021Q4"),
    Place("compare, any level, found by typing", "/compare?units=R79,760,26740&find=ben&period=2026Q3"),
    Place("compare, two periods", "/compare?units=760,785&period=2025Q2&against=2024Q3"),
    Place("compare, a course", "/compare?units=760,769&target=T09&view=trend&period=2025Q2"),
    Place("calls", "/calls?period=2026Q3", waits_for=("article.call",)),
    Place("calls, of units that ended", "/calls?period=2021Q4", waits_for=("article.call",)),
    Place("calls, one of them", "/calls?unit=26596&period=2026Q3", waits_for=("article.call",)),
    Place("tasks", "/tasks?period=2021Q4"),
    Place("tasks, communes", "/tasks?period=2026Q3"),
    Place("tasks, an area opened", "/tasks?open=760,R79&period=2026Q3", waits_for=("table.areas .part",)),
    Place("tasks, communes found", "/tasks?find=ben+nghe&period=2026Q3", waits_for=("table.areas .part",)),
    Place("tasks, sorted", "/tasks?task=N02&sort=unit&part=2&period=2026Q3", waits_for=(".parts",)),
    Place("people", "/people"),
    Place("actions", "/actions?period=2025Q2"),
    Place("actions, one of them", "/actions?action=1&period=2025Q2"),
    Place("actions, a new one", "/actions?new=1&unit=776&target=T09&period=2025Q2"),
    Place("actions, a question on a figure", "/actions?ask=1&unit=776&target=T09&period=2025Q2"),
    Place("methodology", "/methodology?target=T14&period=2021Q4"),
    Place("origin", "/origin?target=T15&period=2021Q4"),
    Place("origin, changed since a review", "/origin?target=T09&unit=769&period=2025Q1"),
    Place("changes", "/changes?period=2025Q2"),
    Place("target, why it moved", "/target?target=T09&since=quarter"),
    Place("preview, nothing waiting", "/preview?report=all"),
    Place("changes, before a review", "/changes?period=2021Q4"),
    Place("origin, a district", "/origin?target=T10&unit=769&period=2021Q4"),
    Place("ledger", "/ledger?target=T09&unit=769&period=2025Q2"),
    Place("downloads", "/downloads?period=2021Q4"),
    Place("downloads, a table's columns", "/downloads?mart=fct_target_progress&period=2021Q4"),
    Place("quality", "/quality?period=2021Q4"),
    Place("quality, a check", "/quality?check=b5_inspection.inspections_not_silent&period=2024Q4"),
    Place("reports", "/reports?period=2024Q4"),
    Place("reports, one of them", "/reports?unit=765&period=2022Q2"),
    Place("reports, communes", "/reports?period=2025Q3"),
    Place("submit", "/submit?period=2021Q4"),
    Place("submit, communes", "/submit?period=2025Q3"),
    Place("report form", "/report?unit=26740&period=2026Q4"),
    Place("report form, whose", "/report?period=2026Q3"),
    Place("quality, newest", "/quality?period=2025Q2"),
    Place("reports, newest", "/reports?period=2025Q2"),
    Place("downloads, newest", "/downloads?period=2025Q2"),
    Place("search", "/search?q=binh&period=2021Q4"),
    Place("search, what ended", "/search?q=p5&period=2026Q3"),
    Place("search, nothing found", "/search?q=ben+nge&period=2025Q2"),
    Place("an address that leads nowhere", "/target?target=T99"),
)

# Places with a table that is moved sideways on a phone once it is opened: a column for each of 22 districts.
MOVED_SIDEWAYS = {"tasks"}

# Reviews, of which every slide is measured and examined: their numbers shift with what there is to say.
DECKS = (
    Place("review, communes", "/review?period=2026Q3", SLIDE_HEADING),
    Place("review, districts", "/review?period=2025Q2", SLIDE_HEADING),
    Place("review, first year", "/review?period=2021Q4", SLIDE_HEADING),
)
