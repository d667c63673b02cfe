"""What the app answers, asked without a server: pages and files where nobody has to sign in, and routes."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from lxml import html
from starlette.requests import Request
from starlette.responses import Response

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language
from app.core.page_context import Page
from app.pages.registry import page_of
from app.web import export_routes
from app.web.language_in_force import language_of

Answer = TypeVar("Answer")


def respond(name: str, parameters: Mapping[str, str]) -> Response:
    """The answer to a file's address."""
    return export_routes.respond(name, parameters, BUILT_IN_VIEWER)


def page(name: str, **asked: str) -> tuple[Page, html.HtmlElement]:
    """A page in Vietnamese, and its parts as one document."""
    _, made = page_of(name, {"lang": "vi"} | asked, BUILT_IN_VIEWER)
    return made, html.fromstring(f"<main>{made.body}</main>")


def awaited(answer: Coroutine[Any, Any, Answer]) -> Answer:
    """What comes of a coroutine, in a thread of its own: a browser test of the same process keeps a loop running in
    this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, asyncio.run, answer).result()


async def in_its_language(route: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """What a route answers to a request whose language is in force, as the app's middleware has it."""
    with in_language(language_of(request)):
        return await route(request)
