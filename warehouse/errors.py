"""Errors shared by several parts of the warehouse."""

from collections.abc import Mapping, Sequence

from warehouse.text import say


class BuildError(RuntimeError):
    """The build could not be carried out. Nothing was published.

    `reason` is a language-independent text, or the texts by language.
    """

    def __init__(self, reason: str | Mapping[str, str]) -> None:
        super().__init__(reason)
        self.reason = reason

    def words(self, lang: str) -> str:
        """Return the reason in a language."""
        return self.reason if isinstance(self.reason, str) else self.reason[lang]


class RegistryDamagedError(RuntimeError):
    """The registry lacks parts that protect its records; `missing` names tables, table.column and triggers.

    If its file is no database, `path` names the file. It is not opened, so nothing was written.
    """

    def __init__(self, missing: Sequence[str], path: str = "") -> None:
        super().__init__(*missing, path)
        self.missing, self.path = tuple(missing), path

    def words(self, lang: str) -> str:
        """Return what is missing and what to do, in a language."""
        if self.path:
            return say("keeping", "registry_no_database", lang, path=self.path)
        return say("keeping", "registry_damaged", lang, missing=", ".join(self.missing))
