"""Answers of the API before they are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """Content of an answer, its media type, status and own headers.

    `taken` names the data in it for the access trail, empty where nothing is recorded.
    """

    content: bytes
    media_type: str = JSON_TYPE
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: str = ""


def json_answer(content: object, status: int = 200, media_type: str = JSON_TYPE) -> Answer:
    """Return a value as JSON."""
    return Answer(json.dumps(content, ensure_ascii=False, default=str).encode(), media_type, status)
