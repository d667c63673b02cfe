"""Forms that write: `POST /act/<form>?at=<address of the page>`.

One guard for all: origin, size, rate, right. The page's script requests JSON: `state` (done | refused | failed), a
text to show, `fields`, `go`, and `isOutdated` where the page has to be shown again. Without the script, a form that was
written redirects to a page that confirms it, and a form that was refused is answered with its page, what was typed and
what is wrong with it.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from threading import Lock
from urllib.parse import urlsplit

from anyio import to_thread
from cachetools import TTLCache
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.core import url_state
from app.core.i18n import words
from app.forms import ONCE, FormResult, SentForm, carry_out
from app.web import confirmations, rates, sign_in
from app.web.access_record import record_decision
from app.web.answered_form import typed_texts, with_answer
from app.web.incoming import (
    FormTooLargeError,
    TooLargeError,
    UnreadableFormError,
    failed_as_json,
    failed_as_text,
    form_fields,
    guarded,
    require_own,
    require_own_data,
)
from app.web.page_routes import changed_page
from app.web.rates import Kind
from app.web.report_routes import report
from app.web.sign_in_routes import own_path
from warehouse.programmes import code_in_force

# The longest texts of a form, as browsers encode Vietnamese, are a fifth of this.
MAX_FORM_BYTES = 200_000
MAX_FIELDS = 100
# As browsers send forms.
FORM = "application/x-www-form-urlencoded"
# What was written, by its values and key.
_written: TTLCache[str, FormResult] = TTLCache(10_000, ttl=3600)
# What each sender wrote last: without a key the same values within a minute are a second press. After another form they
# are not: a quarter that was closed and opened again is closed by the same values.
_last: TTLCache[tuple[str, str, str], tuple[str, FormResult]] = TTLCache(10_000, ttl=60)
_lock = Lock()


async def act(request: Request) -> Response:
    """Carry a form out."""
    return await guarded(request, _received(request), failed_as_json if _is_scripted(request) else failed_as_text)


async def back(request: Request) -> Response:
    """Redirect to the page of a form: after signing in again, the browser requests the form's address."""
    return RedirectResponse(_page_of(request), HTTPStatus.SEE_OTHER)


async def _received(request: Request) -> Response:
    # Browsers send the origin with every form that is posted.
    require_own(request, ("origin",))
    viewer = sign_in.viewer_of(request.cookies)
    values = await _values(request)
    require_own_data(request, values)
    form = SentForm(request.path_params["form"], values, viewer)
    result, seconds = await to_thread.run_sync(send, form, urlsplit(_page_of(request)).path)
    status = _status(result, seconds)
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if _is_scripted(request):
        return JSONResponse(_as_json(result), status, headers=headers)
    if result.is_done:
        return _redirect(result, _page_of(request))
    answer = await to_thread.run_sync(_page_with_answer, request, form, result)
    if answer.status_code != HTTPStatus.OK:
        # The page cannot be shown.
        answer = failed_as_text("\n\n".join([result.said, *typed_texts(form)]), status)
    answer.status_code = status
    answer.headers.update({**headers, "Cache-Control": "no-store"})
    return answer


async def _values(request: Request) -> dict[str, str]:
    """Return the values of a form by field. Raises `FormTooLargeError`, `UnreadableFormError`."""
    if request.headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
        raise UnreadableFormError
    try:
        return dict(await form_fields(request, MAX_FORM_BYTES, MAX_FIELDS))
    except TooLargeError as error:
        raise FormTooLargeError(error.limit) from error
    except ValueError as error:
        raise UnreadableFormError from error


def _is_scripted(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def send(form: SentForm, page: str) -> tuple[FormResult, int]:
    """Carry out a form of the page with a path, and record what is to be on the trail; return the result, and in how
    many seconds the sender may try again where they send too often.

    The exploring pages send their forms here too: Streamlit's websocket has checked their origin.
    """
    seconds = rates.wait_s(form.viewer, Kind.WRITE)
    if seconds:
        return FormResult(form.name, problem=words("guard.too_often", seconds=seconds)), seconds
    return _carry_out_once(form, page), 0


def _carry_out_once(form: SentForm, page: str) -> FormResult:
    """Carry a form out; one that was written already is not written again."""
    sender, has_key = (code_in_force(), form.viewer.session, form.by), bool(form.text(ONCE))
    # Of every value: what was changed before it is sent again is another text, and not lost.
    key = form.digest
    # The registry has one writer at a time anyway.
    with _lock:
        last, its_result = _last.get(sender, ("", None))
        known = _written.get(key) if has_key else its_result if last == key else None
        if known is not None:
            return known
        result = carry_out(form)
        if result.is_done:
            _last[sender] = (key, result)
            if has_key:
                _written[key] = result
    if form.viewer.is_signed_in:
        record_decision(form.viewer, result, page)
    return result


def _status(result: FormResult, wait_s: int) -> HTTPStatus:
    if result.is_done:
        return HTTPStatus.OK
    if wait_s:
        return HTTPStatus.TOO_MANY_REQUESTS
    if result.fault:
        return result.fault
    return HTTPStatus.FORBIDDEN if result.is_refused else HTTPStatus.UNPROCESSABLE_ENTITY


def _as_json(result: FormResult) -> dict[str, object]:
    state = "done" if result.is_done else "refused" if result.is_refused else "failed"
    told = {"state": state, "said": result.said, "fields": dict(result.fields), "go": result.go}
    return told | {"isOutdated": result.is_outdated}


def _redirect(result: FormResult, page: str) -> Response:
    """Redirect to the page that follows a form that was written, and is to confirm it."""
    answer = RedirectResponse(result.go or page, HTTPStatus.SEE_OTHER)
    confirmations.keep(answer, result.said)
    return answer


def _page_with_answer(request: Request, form: SentForm, result: FormResult) -> Response:
    page = _page_of(request)
    change = partial(with_answer, form=form, result=result)
    return changed_page(request, urlsplit(page).path.strip("/"), url_state.parameters_of(page), form.viewer, change)


def _page_of(request: Request) -> str:
    return own_path(request.query_params.get("at", "/"))


ROUTES = [
    Route("/act/report", report, methods=["POST"]),
    Route("/act/{form}", act, methods=["POST"]),
    Route("/act/{form}", back, methods=["GET"]),
]
