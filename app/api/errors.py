"""Refusals of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.i18n import words

BAD_REQUEST, NOT_FOUND, CONFLICT, GONE, UNPROCESSABLE = 400, 404, 409, 410, 422
UNSUPPORTED_MEDIA_TYPE = 415


class ApiError(Exception):
    """A request that is refused: `code` names its text (`api.<code>`), which `params` fill, and `status` the answer's.

    `problems` are the single reasons of a refused report.
    """

    def __init__(
        self, code: str, status: int = BAD_REQUEST, problems: Sequence[Mapping[str, object]] = (), **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.problems = problems
        self.params = params

    def words(self) -> str:
        """Return the refusal as a sentence."""
        return words(f"api.{self.code}", **self.params)
