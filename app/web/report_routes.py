"""A report that is filled in on a page: `POST /act/report?at=<address of the page>`.

The body is a form as a browser sends it, whole or only the fields that changed. The page's script has a header of its
own (`X-Report`) and is answered in JSON; without a script the answer is the page, or after sending the receipt.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.core import access, url_state
from app.core.i18n import words
from app.core.url_state import State
from app.forms.report_form import CHECK, KEEP, PREVIEW, SEND, ReportAnswer, SentReport, carry_out
from app.pages.report_form import sections, view
from app.pages.report_form.page import page
from app.web import sign_in
from app.web.answered_form import as_typed
from app.web.incoming import (
    Failed,
    TooLargeError,
    failed_as_json,
    failed_as_text,
    form_fields,
    guarded,
    require_own,
    require_own_data,
)
from app.web.page_renderer import draw
from app.web.page_routes import answer as page_answer
from app.web.page_routes import changed_page
from app.web.upload_routes import previews
from app.web.work_queue import RETRY_LATER, WorkQueue

PAGE = "report"
# All notes at their longest, as browsers encode them, are a third of this.
MAX_FORM_BYTES = 1_000_000
# The project's forms have some 150 fields, those of a plan pack may have many more.
MAX_FIELDS = 10_000
# A form is checked in 50 to 300 ms: one at a time, so that pages stay fast.
reports = WorkQueue(at_once=1, waiting=60)


async def report(request: Request) -> Response:
    """Keep, check, preview or send what is typed."""
    failed = failed_as_json if _is_scripted(request) else failed_as_text
    return await guarded(request, _taken(request, failed), failed)


async def _taken(request: Request, failed: Failed) -> Response:
    # Browsers send the origin with every form that is posted.
    require_own(request, ("x-report", "origin"))
    parameters = _page_parameters(request)
    viewer, unit = sign_in.viewer_of(request.cookies), parameters.get("unit", "")
    access.require_fill(viewer, unit)
    try:
        values = dict(await form_fields(request, MAX_FORM_BYTES, MAX_FIELDS))
    except (TooLargeError, ValueError):
        return failed(words("report_form.too_large"), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    require_own_data(request, values)
    deed = values.get("deed", "")
    sent = SentReport(
        viewer=viewer,
        unit=unit,
        period=parameters.get("period", ""),
        deed=deed if deed in (KEEP, CHECK, PREVIEW, SEND) else CHECK,
        values=values,
    )
    if _is_scripted(request):
        return JSONResponse(_for_script(await _carried_out(sent)))
    answer = await guarded(request, _page_after(request, parameters, sent), failed_as_text)
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        return answer
    return await to_thread.run_sync(_page_as_typed, request, parameters, sent, answer)


async def _carried_out(sent: SentReport) -> ReportAnswer:
    return await (previews if sent.deed == PREVIEW else reports).run(partial(carry_out, sent))


async def _page_after(request: Request, parameters: dict[str, str], sent: SentReport) -> Response:
    """Return the page after what was sent, or a redirect to the receipt."""
    answered = await _carried_out(sent)
    if answered.submission:
        return RedirectResponse(_receipt_href(answered), HTTPStatus.SEE_OTHER)
    drawn = await to_thread.run_sync(draw, PAGE, parameters, sent.viewer, partial(page, answer=answered))
    return page_answer(drawn, request)


def _page_as_typed(request: Request, parameters: dict[str, str], sent: SentReport, refusal: Response) -> Response:
    """Return the page as it was filled in, under the reason why nothing was stored; the reason alone where no page can
    be shown."""
    change = partial(as_typed, values=sent.values, problem=bytes(refusal.body).decode())
    shown = changed_page(request, PAGE, parameters, sent.viewer, change)
    if shown.status_code != HTTPStatus.OK:
        return refusal
    shown.status_code = refusal.status_code
    shown.headers.update({name: refusal.headers[name] for name in RETRY_LATER if name in refusal.headers})
    return shown


def _page_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of the page that a form was sent from."""
    return url_state.parameters_of(request.query_params.get("at", ""))


def _is_scripted(request: Request) -> bool:
    return "x-report" in request.headers


def _receipt_href(answered: ReportAnswer) -> str:
    form, row = answered.form, answered.submission
    number = str(row.submission_id) if row else ""
    return State(PAGE, form.period.period_code, lang=words.lang).href(unit=form.reporter.unit_code, sent=number)


def _for_script(answered: ReportAnswer) -> dict[str, object]:
    """Return the answer for the page's script: `fields` messages by field, `values` new values of fields, `unkept`
    fields whose texts were not stored, `counts` how full each form is, `html` the findings, `go` the next page."""
    form = answered.form
    if answered.submission:
        return {"state": "sent", "said": "", "go": _receipt_href(answered)}
    said = view.said_of_fields(answered)
    return {
        "state": "outdated" if answered.is_outdated else "kept",
        "said": sections.saved(form, answered),
        "seen": form.version,
        "follows": form.follows,
        "fields": {name: {"kind": one.kind, "text": one.text} for name, one in said.items()},
        "values": {name: form.typed.get(name, "") for name in answered.clashes},
        "unkept": sorted(answered.unkept),
        "counts": view.counts(form, answered.typed),
        "html": "" if answered.deed == KEEP and not answered.is_outdated else sections.found(answered),
    }
