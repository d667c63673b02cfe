"""A viewer without a browser: speaks Streamlit's own protocol, so that twenty of them weigh little.

Streamlit's messages are internal to it and the version is pinned; a change there shows as a BenchError here.
"""

from __future__ import annotations

import time
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ANSWER_TIMEOUT_S = 60
# How the app and Streamlit say that something went wrong.
FAILURES = (b"class='message'",)


class ViewerError(RuntimeError):
    """The answer was an error, or none."""


class Viewer:
    """One session on a server, open for the length of an `async with` block."""

    def __init__(self, url: str) -> None:
        self._connecting = connect(
            url.replace("http://", "ws://") + "/_stcore/stream",
            origin=url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )

    async def __aenter__(self) -> Viewer:
        self._socket = await self._connecting
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def look(self, page: str, query: str) -> float:
        """Ask for a page at an address; ms until its last message. Raises ViewerError when it is not a good page."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        began = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        elements = 0
        while True:
            payload = await self._socket.recv()
            answer = ForwardMsg.FromString(payload)
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                if answer.delta.new_element.WhichOneof("type") == "exception" or any(f in payload for f in FAILURES):
                    raise ViewerError(f"{page}?{query}: an error page")
                elements += 1
            elements += kind == "ref_hash"
            if kind in ("page_not_found", "session_event"):
                raise ViewerError(f"{page}?{query}: {kind}")
            if kind == "script_finished":
                break
        if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or not elements:
            raise ViewerError(f"{page}?{query}: no page")
        return (time.perf_counter() - began) * 1000
