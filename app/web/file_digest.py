"""Digest of a file that is given out, as the header `Repr-Digest` of RFC 9530."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import BinaryIO

HEADER = "Repr-Digest"
_PART = 1 << 20
_BEGIN, _END = "sha-256=:", ":"


def digest_header(content: bytes | BinaryIO) -> dict[str, str]:
    """Return the header for a content; an open file is read to its end."""
    digest = hashlib.sha256()
    file = BytesIO(content) if isinstance(content, bytes) else content
    while part := file.read(_PART):
        digest.update(part)
    return {HEADER: f"{_BEGIN}{base64.b64encode(digest.digest()).decode()}{_END}"}


def sha256_of(headers: Mapping[str, str]) -> str:
    """Return the SHA-256 in hexadecimal that headers state; empty without one."""
    stated = headers.get(HEADER, "").removeprefix(_BEGIN).removesuffix(_END)
    return base64.b64decode(stated).hex()
