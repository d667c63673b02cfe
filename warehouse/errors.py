"""Errors shared by several parts of the warehouse."""

import re
from collections.abc import Mapping, Sequence

from warehouse.settings import LANGUAGES, RELEASE
from warehouse.text import say

_MEMORY_OF_DUCKDB = "Out of Memory Error"
# Lines of dbt and of Spark's driver before the reason.
_BEFORE_REASON = re.compile(r"(Runtime|Database|Compilation) Error in |An error occurred while calling ")
_LONGEST_REASON = 300


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


class PlanRefusedError(BuildError):
    """The plan in force has mistakes; the reason lists them."""


class ServerError(BuildError):
    """The server or file with the figures cannot be used; `key` names the cause in the catalogue `server`.

    What was published stays.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__({lang: say("server", key, lang, **params) for lang in LANGUAGES})
        self.key = key


class SparkError(BuildError):
    """Spark cannot compute the models; `key` names the cause in the catalogue `spark`. Nothing was published."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__({lang: say("spark", key, lang, **params) for lang in LANGUAGES})
        self.key = key


class ModelError(BuildError):
    """A model, or a test of models, could not be computed; nothing was published.

    `node` is its name in dbt, and `message` that of dbt or the database, of which the reason is the first line that has
    one.
    """

    def __init__(self, node: str, message: str) -> None:
        key = "model_memory" if _MEMORY_OF_DUCKDB in message else "model_error"
        name, reason = name_of(node), _reason_line(message)
        super().__init__({lang: say("builds", key, lang, name=name, reason=reason) for lang in LANGUAGES})


class RegistryError(RuntimeError):
    """The registry cannot be used as it is; nothing was written. `kind` is damaged | outdated | newer."""

    kind = ""

    def words(self, lang: str) -> str:
        """Return why it cannot be used and what to do, in a language."""
        return say("keeping", f"registry_{self.kind}", lang)


class RegistryOutdatedError(RegistryError):
    """The registry has an older schema than this program needs: `version`, empty from before schemas had numbers."""

    kind = "outdated"

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class RegistryNewerError(RegistryError):
    """The registry has a schema `version` that this program does not know: a later release wrote it."""

    kind = "newer"

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version

    def words(self, lang: str) -> str:
        """Return which program is too old and what to do, in a language."""
        return say("keeping", "registry_newer", lang, version=self.version, release=RELEASE)


class RegistryNotWritableError(RegistryError):
    """The registry cannot be written to, as on a read-only disk or as another account."""

    kind = "not_writable"


class RegistryUnreachableError(RegistryError):
    """The database server of the registry cannot be reached or refuses; `detail` is its message, without secrets."""

    kind = "unreachable"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def words(self, lang: str) -> str:
        """Return the server's message and what to do, in a language."""
        return say("keeping", "registry_unreachable", lang, detail=self.detail)


class RegistryServerFullError(RegistryUnreachableError):
    """The disk of the registry's database server is full; `detail` is its message."""

    kind = "server_full"

    def words(self, lang: str) -> str:
        """Return whose disk is full and what to do, in a language."""
        return say("keeping", "registry_server_full", lang)


class MigrationFailedError(RuntimeError):
    """A migration would have lost or changed rows, or left parts out; it was undone. `tables` names what differs."""

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(*tables)
        self.tables = tuple(tables)


class RegistryDamagedError(RegistryError):
    """The registry lacks parts that protect its records; `missing` names tables, table.column and triggers.

    If its file is no database, `path` names the file. It is not opened, so nothing was written.
    """

    kind = "damaged"

    def __init__(self, missing: Sequence[str], path: str = "") -> None:
        super().__init__(*missing, path)
        self.missing, self.path = tuple(missing), path

    def words(self, lang: str) -> str:
        """Return what is missing and what to do, in a language."""
        if self.path:
            return say("keeping", "registry_no_database", lang, path=self.path)
        return say("keeping", "registry_damaged", lang, missing=", ".join(self.missing))


class RegistryLostError(RegistryDamagedError):
    """The registry has no report though figures of reports are published: its file is gone, or another was opened."""

    kind = "lost"

    def __init__(self) -> None:
        super().__init__(())

    def words(self, lang: str) -> str:
        """Return what to do, in a language."""
        return say("keeping", "registry_lost", lang)


def name_of(node: str) -> str:
    """Return the name of a model or test by its identifier in dbt."""
    return node.split(".")[2]


def _reason_line(message: str) -> str:
    """Return the line of a message of dbt or a database that states the reason, without what follows, as a stack."""
    lines = [line.strip().removeprefix(": ") for line in message.splitlines()]
    reasons = (line for line in lines if line and not _BEFORE_REASON.match(line))
    return next(reasons, " ".join(lines))[:_LONGEST_REASON]
