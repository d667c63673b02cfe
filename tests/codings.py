"""Content as it stood before it was compressed for its way."""

import gzip

import brotli


def unpacked(content: bytes, coding: str | None) -> bytes:
    """The content of an answer with this `Content-Encoding`. Raises KeyError for one that nobody asked for."""
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
    return bytes(decode[coding or ""](content))
