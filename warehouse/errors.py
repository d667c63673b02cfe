"""Errors that several parts of the warehouse share."""

from collections.abc import Mapping, Sequence

from warehouse.text import say


class BuildError(RuntimeError):
    """The build could not be carried out; it says what stood in the way. Nothing was published.

    `told` is what no language changes, or the words by language.
    """

    def __init__(self, told: str | Mapping[str, str]) -> None:
        super().__init__(told)
        self.told = told

    def words(self, lang: str) -> str:
        """What stood in the way, in a language."""
        return self.told if isinstance(self.told, str) else self.told[lang]


class RegistryDamagedError(RuntimeError):
    """The registry lacks what keeps its records safe; `missing` names it: tables, table.column, triggers.

    Where its file is no database, `path` names the file. It is not opened, so nothing was written.
    """

    def __init__(self, missing: Sequence[str], path: str = "") -> None:
        super().__init__(*missing, path)
        self.missing, self.path = tuple(missing), path

    def words(self, lang: str) -> str:
        """What is missing and what to do, in a language."""
        if self.path:
            return say("keeping", "registry_no_database", lang, path=self.path)
        return say("keeping", "registry_damaged", lang, missing=", ".join(self.missing))
