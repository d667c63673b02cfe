"""Viewers without a browser, so that a hundred weigh little: of the reading pages over HTTP, of a blank Streamlit app
over its websocket.

Streamlit's messages are internal to it and the version is pinned; a change there shows as an AnswerError here.
"""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.bench.fetcher import AnswerError, Fetcher, NoAnswerError

ANSWER_TIMEOUT_S = 60
# As the page's script does where a process ended before it answered.
AGAIN_AFTER_S = 1.0
# A page that states a problem.
MESSAGE = b"class='message'"
NOTE = {"text": "Đã làm việc với phường về lớp tập huấn.", "by": "Phòng Tổng hợp"}


class Viewer(ABC):
    """A viewer of one app, for the length of an `async with` block, with an empty cache and nothing open yet.

    `files` is what a browser requests on a first visit after the document, `address` the viewer's on this machine.
    """

    def __init__(self, url: str, files: Sequence[str], address: str = "") -> None:
        self._files = files
        self._fetcher = Fetcher(url, address)

    async def __aenter__(self) -> Viewer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fetcher.close()

    async def connect(self) -> None:  # noqa: B027 - a page that is open holds nothing open over HTTP
        """Open what an open page holds open."""

    @abstractmethod
    async def open(self, page: str, query: str) -> float:
        """Visit a page for the first time; return the ms until it can be rendered. Raises AnswerError for a page
        that states a problem."""

    @abstractmethod
    async def look(self, page: str, query: str) -> float:
        """Go to an address from an open page; return the ms until it can be rendered. Raises AnswerError as `open`."""

    @abstractmethod
    async def write(self, page: str, query: str) -> float:
        """Write on a page of a unit; return the ms until the page that shows it can be rendered. Raises AnswerError
        as `open`, and when it was not written."""

    async def _fetch(self, files: Sequence[str]) -> None:
        await asyncio.gather(*map(self._fetcher.get, files))


class PageViewer(Viewer):
    """A viewer of the reading pages, who requests what the page's script requests."""

    async def open(self, page: str, query: str) -> float:
        """A page can be rendered with its document and style sheet; the rest is fetched before this returns."""
        styles = [file for file in self._files if file.startswith("/assets/") and ".css" in file]
        began = time.perf_counter()
        await self._document(page, query)
        await self._fetch(styles)
        rendered_ms = _ms_since(began)
        await self._fetch([file for file in self._files if file not in styles])
        # The server would end them within seconds; of a hundred people they would be hundreds until then.
        self._fetcher.close()
        return rendered_ms

    async def look(self, page: str, query: str) -> float:
        """The next page is one document."""
        began = time.perf_counter()
        await self._document(page, query)
        return _ms_since(began)

    async def write(self, page: str, query: str) -> float:
        """A note: the form, then the page as it is with what was written."""
        began, values = time.perf_counter(), parse_qs(query)
        note = NOTE | {"unit_code": values["unit"][0], "period_code": values["period"][0], "once": uuid4().hex}
        path = f"/act/add-note?{urlencode({'at': f'/{page}?{query}'})}"
        try:
            answer = json.loads((await self._fetcher.post(path, note)).unpacked())
        except NoAnswerError:
            await asyncio.sleep(AGAIN_AFTER_S)
            answer = json.loads((await self._fetcher.post(path, note)).unpacked())
        if answer["state"] != "done":
            raise AnswerError(f"{path}: {answer}")
        await self._document(page, query)
        return _ms_since(began)

    async def _document(self, page: str, query: str) -> None:
        content = await self._fetcher.get(f"/{page}?{query}")
        if MESSAGE in content.unpacked():
            raise AnswerError(f"{page}?{query}: a page that states a problem")


class BlankViewer(Viewer):
    """A viewer of the blank Streamlit app, which has two pages and no form: whatever is done is a rerun."""

    def __init__(self, url: str, files: Sequence[str]) -> None:
        super().__init__(url, files)
        self._session = Session(url)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self._session.close()

    async def connect(self) -> None:
        """The session's websocket."""
        await self._session.connect()

    async def open(self, page: str, query: str) -> float:
        """A page can be rendered when the session has answered."""
        began = time.perf_counter()
        await self._fetcher.get(f"/{_blank_name(page)}?{query}")
        await self._fetch(self._files)
        self._fetcher.close()
        await self._session.connect()
        await self._session.run(_blank_name(page), query)
        return _ms_since(began)

    async def look(self, page: str, query: str) -> float:
        """A rerun."""
        began = time.perf_counter()
        await self._session.run(_blank_name(page), query)
        return _ms_since(began)

    async def write(self, page: str, query: str) -> float:
        """A rerun."""
        return await self.look(page, query)


def _blank_name(page: str) -> str:
    return "second" if page else ""


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


class Session:
    """A session of a Streamlit app below `base`, over its websocket; connected as a context."""

    def __init__(self, url: str, base: str = "") -> None:
        self._connecting = connect(
            url.replace("http://", "ws://") + f"{base}/_stcore/stream",
            origin=url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )
        self._is_open = False

    async def __aenter__(self) -> Session:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def timed(self, page: str, query: str) -> float:
        """Return the ms of a run of the script. Raises as `run`."""
        began = time.perf_counter()
        await self.run(page, query)
        return _ms_since(began)

    async def connect(self) -> None:
        """Open the websocket."""
        self._socket = await self._connecting
        self._is_open = True

    async def close(self) -> None:
        """Close the websocket if it is open."""
        if self._is_open:
            await self._socket.close()

    async def run(self, page: str, query: str) -> None:
        """Have the script run for an address, to its last message. Raises AnswerError when it did not end well."""
        rerun = BackMsg()
        rerun.rerun_script.page_name = page
        rerun.rerun_script.query_string = query
        await self._socket.send(rerun.SerializeToString())
        elements = 0
        while True:
            answer = ForwardMsg.FromString(await self._socket.recv())
            kind = answer.WhichOneof("type")
            elements += kind in ("delta", "ref_hash")
            if kind in ("page_not_found", "session_event"):
                raise AnswerError(f"{page}?{query}: {kind}")
            if kind == "script_finished":
                break
        if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or not elements:
            raise AnswerError(f"{page}?{query}: no page")
