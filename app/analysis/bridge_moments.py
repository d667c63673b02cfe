"""Earlier moments with which a figure can be compared: last quarter, a year ago, reviews, stored versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.core import formatting
from app.core.i18n import words
from app.core.page_context import Context, UnknownCodeError
from app.core.period_code import year_before
from app.core.reader import Reader
from app.records import Progress
from warehouse.publish.engines import kept, stored_versions

# Stored versions offered besides those of reviews.
MOST_VERSIONS = 5
MomentKind = Literal["quarter", "year", "period", "review", "version"]
# Codes that mean another moment in each period.
_OF_ANY_PERIOD: tuple[MomentKind, ...] = ("quarter", "year", "review")


@dataclass(frozen=True, slots=True)
class EarlierMoment:
    """Moment by its code in an address: a period, in the published version or in the stored one that `version` names.

    `held_on` is the date of a review, empty for any other moment.
    """

    code: str
    kind: MomentKind
    period: str
    version: str = ""
    held_on: str = ""

    def text(self) -> str:
        """Return the moment as part of a sentence: last quarter, the review of 08/05/2025."""
        return words(
            f"bridge.since_{self.kind}",
            period=words.period(self.period),
            version=words.version(self.version) if self.version else "",
            date=self.held_on,
        )

    def held(self, reader: Reader) -> Reader | None:
        """Return the same viewer on the stored version; None for a moment of the published version.

        Raises `UnknownCodeError` for a version that is no longer stored.
        """
        if not self.version:
            return None
        stored = kept(self.version)
        if stored is None:
            raise UnknownCodeError("since", self.code)
        return Reader(reader.viewer, stored)


def earlier_moments(context: Context) -> list[EarlierMoment]:
    """Return the moments to offer: last quarter, a year ago, the last review, stored versions of this period.

    A viewer of some units only is offered periods: what changed between versions are reports of other units too.
    """
    now = context.period
    codes = [period.period_code for period in context.periods]
    place = codes.index(now.period_code)
    moments = []
    if place:
        moments.append(EarlierMoment("quarter", "quarter", codes[place - 1]))
    if (ago := year_before(now.period_code)) in codes:
        moments.append(EarlierMoment("year", "year", ago))
    if context.viewer.readable_units is None:
        moments += _of_reviews(context) + _of_versions(context)
    return moments


def _of_reviews(context: Context) -> list[EarlierMoment]:
    """Return the newest review up to the period whose version is not the published one, if it is still stored."""
    shown = (review for review in context.desk.reviews() if review.period_code <= context.state.period)
    other = (review for review in shown if review.version != context.publication.version)
    last = next((review for review in other if kept(review.version)), None)
    if last is None:
        return []
    return [EarlierMoment("review", "review", last.period_code, last.version, formatting.date(last.held_at))]


def _of_versions(context: Context) -> list[EarlierMoment]:
    earlier = [name for name in stored_versions() if name < context.publication.version]
    known = [name for name in earlier[:MOST_VERSIONS] if kept(name)]
    return [EarlierMoment(name, "version", context.state.period, name) for name in known]


def chosen_moment(context: Context, moments: Sequence[EarlierMoment], code: str) -> EarlierMoment | None:
    """Return the moment that a code of an address names: one of those offered, another period, or a stored version.

    None where this period has no such moment, as the first has no quarter before it: another period was chosen after
    the moment. Raises `UnknownCodeError` for any other code, and for a version that the viewer may not compare with.
    """
    offered = next((moment for moment in moments if moment.code == code), None)
    if offered:
        return offered
    if code in (*_OF_ANY_PERIOD, context.state.period):
        return None
    if any(period.period_code == code for period in context.periods):
        return EarlierMoment(code, "period", code)
    is_other = code != context.publication.version and context.viewer.readable_units is None
    if is_other and kept(code):
        return EarlierMoment(code, "version", context.state.period, code)
    raise UnknownCodeError("since", code)


def usual_moment(context: Context, row: Progress) -> str:
    """Return the code of the moment with which pages compare a figure: a sum of the year with last year.

    In the first period it is the newest review or version before this one; empty where there is none either.
    """
    change = row.stated_change
    if change and change.points is not None:
        return change.since
    if context.state.period != context.periods[0].period_code:
        return "quarter"
    return next((moment.code for moment in earlier_moments(context)), "")
