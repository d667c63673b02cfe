"""The sample's one review, held on the figures of its day, with its actions and their events, and some later calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from warehouse.desk import Action, CallDraft, Desk, Draft, Review, ReviewDraft
from warehouse.publish.engines import Published, kept
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.settings import Settings
from warehouse.text import load_texts

PERIOD, WINDOW = "2025Q1", "ytd"
HELD_AT = datetime(2025, 5, 8, 14)
CITY = "79"
_LAGGING = text(
    """
    select progress.unit_code, unit.name_vi, progress.value_pct
    from marts.fct_target_progress as progress
    join marts.dim_unit as unit
      on progress.unit_code = unit.unit_code and progress.unit_valid_from = unit.valid_from
    where progress.period_code = :period and progress.period_window = :window and progress.target_code = :target
      and progress.unit_level in ('city', 'district') and progress.status in ('behind', 'far_behind')
    order by progress.value_pct, progress.unit_code
    """
)


def hold_sample_review(settings: Settings, version: str) -> tuple[Review, int]:
    """Hold the review on a published version, open its actions, write its notes and later calls.

    Repeating it adds nothing. Returns the review and the number of its actions. Raises LookupError if the version is
    not stored.
    """
    warehouse = kept(version, settings)
    if warehouse is None:
        raise LookupError(version)
    texts = load_texts("sample_review")
    desk = Desk.open(settings)
    review_draft = ReviewDraft(PERIOD, WINDOW, version, HELD_AT.date(), texts["present"], texts["discussed"])
    review = desk.hold_review(review_draft, texts["held_by"], at=HELD_AT, token=_token("review"))
    # After an interruption the figures may have been rebuilt: the review's own version determines who is behind.
    warehouse = kept(review.version, settings) or warehouse
    used_units: set[str] = set()
    for plan in texts["actions"]:
        if place := _place(warehouse, plan, used_units):
            used_units.add(place["code"])
            _open(desk, review, plan, place, texts)
    for plan in texts["notes"]:
        desk.add_note(
            plan["unit"],
            plan["period"],
            plan["text"],
            texts["standing_office"],
            target_code=plan.get("target"),
            at=plan["at"],
            token=_token(plan["code"]),
        )
    for plan in texts["calls"]:
        draft = CallDraft(plan["unit"], plan["period"], WINDOW, plan["outcome"], plan.get("target"))
        desk.record_call(draft, texts["standing_office"], at=plan["at"], token=_token(plan["code"]))
    for plan in texts["lines"]:
        desk.keep_line(
            plan["unit"], plan["telephone"], texts["standing_office"], at=plan["at"], token=_token(plan["code"])
        )
    return review, len(desk.actions(review_id=review.review_id))


def _place(warehouse: Published, plan: dict[str, Any], used_units: set[str]) -> dict[str, str] | None:
    """Return the unit that an action is about; None if no unit is behind."""
    with warehouse.reading(EVERY_ROW) as connection:
        params = {"period": PERIOD, "window": WINDOW, "target": plan["target"]}
        lagging = connection.execute(_LAGGING, params).all()
    if "unit" in plan:
        chosen = [row for row in lagging if row.unit_code == plan["unit"]]
    else:
        districts = [row for row in lagging if row.unit_code != CITY]
        chosen = [row for row in districts if row.unit_code not in used_units] or districts
    if not chosen:
        return None
    worst = chosen[0]
    return {"code": worst.unit_code, "unit": worst.name_vi, "value": f"{worst.value_pct:.1f}".replace(".", ",")}


def _open(desk: Desk, review: Review, plan: dict[str, Any], place: dict[str, str], texts: dict[str, Any]) -> None:
    draft = Draft(
        what=plan["what"].format(**place),
        owner=plan["owner"].format(**place),
        due_date=plan["due"],
        period_code=PERIOD,
        unit_code=place["code"],
        target_code=plan["target"],
        review_id=review.review_id,
    )
    action = desk.open_action(draft, texts["held_by"], at=HELD_AT, token=_token(plan["code"]))
    steps: dict[str, Callable[..., Action]] = {"start": desk.start, "comment": desk.comment, "cancel": desk.cancel}
    for number, event in enumerate(plan["events"], start=1):
        by = texts["standing_office" if event["by"] == "standing" else "district_office"].format(**place)
        shared = {"at": event["at"], "token": _token(f"{plan['code']}-{number}")}
        comment = event.get("text", "")
        if event["kind"] == "close":
            desk.close(action.action_id, by, event["evidence"], comment, **shared)
        else:
            steps[event["kind"]](action.action_id, by, comment, **shared)


def _token(code: str) -> str:
    return f"sample-{code}"
