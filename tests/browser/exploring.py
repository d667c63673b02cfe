"""An exploring page as the app sends it to a browser, which takes most of its time to draw it."""

import json
import re
from urllib.parse import urlsplit

import pyarrow
from google.protobuf.json_format import MessageToJson
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

TIMEOUT_S = 60
TABLES = ("dataframe", "table")
# These differ from one visit to the next.
_OF_THE_VISIT = re.compile(r'"(id|deferredFileId)": "[^"]*"(,\s*)?')


def exploring_page(address: str, name: str, query: str, cookie: str = "") -> list[str]:
    """Return the parts of an exploring page of the app at an address, from the first to the last: each as JSON, of a
    table its kind and columns. `query` is the page's own address after the question mark."""
    asked = BackMsg()
    asked.rerun_script.page_name = name
    asked.rerun_script.query_string = query
    headers = {"Cookie": cookie} if cookie else {}
    # What takes the place of a part is sent after it, or alone.
    parts: dict[tuple[int, ...], str] = {}
    with connect(
        f"ws://{urlsplit(address).netloc}/explore/_stcore/stream",
        origin=address,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=headers,
        max_size=None,
        proxy=None,
    ) as socket:
        socket.send(asked.SerializeToString())
        while (told := _received(socket.recv(timeout=TIMEOUT_S))).WhichOneof("type") != "script_finished":
            if told.WhichOneof("type") == "delta":
                parts[tuple(told.metadata.delta_path)] = _text_of(told.delta)
    return [text for _, text in sorted(parts.items())]


def _received(message: str | bytes) -> ForwardMsg:
    told = ForwardMsg()
    told.ParseFromString(message)
    return told


def _text_of(part: Delta) -> str:
    kind = part.new_element.WhichOneof("type") if part.WhichOneof("type") == "new_element" else None
    if kind in TABLES:
        # What an element holds besides its rows is how wide and tall it is.
        rows = getattr(part.new_element, kind).arrow_data.data
        columns = pyarrow.ipc.open_stream(rows).read_all().to_pydict()
        return json.dumps({kind: columns}, ensure_ascii=False, default=str)
    return _OF_THE_VISIT.sub("", MessageToJson(part, ensure_ascii=False))
