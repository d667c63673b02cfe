"""A viewer without a browser: asks over HTTP and speaks Streamlit's own protocol, so that a hundred weigh little.

Streamlit's messages are internal to it and the version is pinned; a change there shows as an AnswerError here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.bench.fetcher import AnswerError, Fetcher

ANSWER_TIMEOUT_S = 60
# How the app and Streamlit say that something went wrong.
FAILURES = (b"class='message'",)


@dataclass(frozen=True)
class Site:
    """An app as browsers meet it: where, what a first visit asks for besides the document, and whether that document
    is the page itself."""

    url: str
    files: Sequence[str]
    is_app: bool

    def styles(self) -> list[str]:
        """What must have come before a document is shown."""
        return [file for file in self.files if file.startswith("/assets/") and ".css" in file]

    def page(self, name: str) -> str:
        """The page's path; the blank has two pages."""
        return name if self.is_app or not name else "second"


class Viewer:
    """Somebody at a site, for the length of an `async with` block, with an empty cache and nothing open yet."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._fetcher = Fetcher(site.url)
        self._session = _Session(site.url)

    async def __aenter__(self) -> Viewer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fetcher.close()
        await self._session.close()

    async def connect(self) -> None:
        """Open a session, as a page does that is open already."""
        await self._session.connect()

    async def open(self, name: str, query: str) -> float:
        """Visit a page for the first time, to the end; ms until it can be drawn. Raises AnswerError if it is not good.

        The app's page can be drawn with its document and style sheet; a blank one when the session has answered.
        """
        page, styles, began = self._site.page(name), self._site.styles(), time.perf_counter()
        await self._document(page, query)
        await self._files(styles)
        drawn = time.perf_counter()
        await self._files([file for file in self._site.files if file not in styles])
        # The server would end them within seconds; of a hundred people they would be hundreds until then.
        self._fetcher.close()
        await self._session.connect()
        await self._session.run(page, query)
        return ((drawn if self._site.is_app else time.perf_counter()) - began) * 1000

    async def look(self, name: str, query: str) -> float:
        """Go to an address in the open page; ms until all answers have come. Raises AnswerError if one is not good."""
        page, began = self._site.page(name), time.perf_counter()
        asked = [self._session.run(page, query)]
        if self._site.is_app:
            asked.append(self._document(page, query))
        for failure in await asyncio.gather(*asked, return_exceptions=True):
            if failure:
                raise failure
        return (time.perf_counter() - began) * 1000

    async def _document(self, page: str, query: str) -> None:
        content = await self._fetcher.get(f"/{page}?{query}")
        if any(failure in content.unpacked() for failure in FAILURES):
            raise AnswerError(f"{page}?{query}: an error page")

    async def _files(self, files: Sequence[str]) -> None:
        await asyncio.gather(*map(self._fetcher.get, files))


class _Session:
    def __init__(self, url: str) -> None:
        self._connecting = connect(
            url.replace("http://", "ws://") + "/_stcore/stream",
            origin=url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )
        self._is_open = False

    async def connect(self) -> None:
        self._socket = await self._connecting
        self._is_open = True

    async def close(self) -> None:
        if self._is_open:
            await self._socket.close()

    async def run(self, page: str, query: str) -> None:
        """Have the script run for an address, to its last message. Raises AnswerError when that is not a good page."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        await self._socket.send(asked.SerializeToString())
        elements = 0
        while True:
            payload = await self._socket.recv()
            answer = ForwardMsg.FromString(payload)
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                if answer.delta.new_element.WhichOneof("type") == "exception" or any(f in payload for f in FAILURES):
                    raise AnswerError(f"{page}?{query}: an error page")
                elements += 1
            elements += kind == "ref_hash"
            if kind in ("page_not_found", "session_event"):
                raise AnswerError(f"{page}?{query}: {kind}")
            if kind == "script_finished":
                break
        if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or not elements:
            raise AnswerError(f"{page}?{query}: no page")
