"""Text that is compressed once for all requests."""

from __future__ import annotations

import gzip

import brotli
from starlette.requests import Request
from starlette.responses import Response

# Brotli's six takes a page in some 3 ms; the highest takes a hundred times that for a sixth less.
PAGE_QUALITY, FILE_QUALITY = 6, 11
GZIP_LEVEL = 6


class Encoded:
    """A text in the codings that browsers accept, each compressed on first use; the plain text, eight times as long, is
    not kept."""

    def __init__(self, text: bytes, quality: int) -> None:
        """`quality` is brotli's, 0 to 11."""
        self._kept: dict[str, bytes] = {"br": brotli.compress(text, quality=quality)}

    @property
    def text(self) -> bytes:
        """Return the plain text."""
        text: bytes = brotli.decompress(self._kept["br"])
        return text

    def coded(self, coding: str) -> bytes:
        """Return the text in a coding: `br`, or `gzip`, which browsers request without TLS."""
        if coding not in self._kept:
            self._kept[coding] = gzip.compress(self.text, GZIP_LEVEL, mtime=0)
        return self._kept[coding]

    def answer(self, request: Request, headers: dict[str, str], status: int = 200) -> Response:
        """Return the answer in the best coding that the request accepts."""
        accepted = _accepted(request.headers.get("accept-encoding", ""))
        coding = next((name for name in ("br", "gzip") if name in accepted), "")
        if not coding:
            return Response(self.text, status, headers)
        return Response(self.coded(coding), status, {**headers, "Content-Encoding": coding, "Vary": "Accept-Encoding"})


def _accepted(header: str) -> set[str]:
    """Return the codings of an `Accept-Encoding` header that are not refused by a quality of zero."""
    codings = (part.replace(" ", "").lower().partition(";q=") for part in header.split(","))
    return {name for name, _, quality in codings if not quality or quality.strip("0.")}
