"""Reports that arrive together, in a zip or a folder: submitted one after the other like single reports."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from warehouse.forms.formats import read_bounded
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.formats.bundle import (
    MAX_BUNDLE_BYTES,
    NO_REPORT,
    Bundle,
    LeftOut,
    is_clutter,
    is_report_like,
    read_bundle,
    take_out,
)
from warehouse.forms.reading.reader import ReportKey, read_report_key
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.reference import Reference
from warehouse.storage.landing import content_hash


@dataclass(frozen=True)
class Parcel:
    """A file to be submitted: its displayed path, its own name, and a function that reads its content."""

    shown: str
    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Way:
    """How a report arrived.

    `rivals` are other files for the same reporter and quarter; `is_history` marks a report of a past year; `source` is
    set unless it was a file.
    """

    rivals: tuple[str, ...] = ()
    is_history: bool = False
    source: str = ""


@dataclass(frozen=True)
class Lot:
    """Reports in the order of submission, an earlier quarter first: later reports are compared with it.

    Each report has its `rivals`: of different reports of one reporter and quarter none is accepted, since only their
    sender knows which is right.
    """

    parcels: tuple[tuple[Parcel, tuple[str, ...]], ...]
    left_out: tuple[LeftOut, ...] = ()


class Opener:
    """Opens files and folders with many reports."""

    def __init__(self, reader: Reader, reference: Reference) -> None:
        self._reader = reader
        self._reference = reference

    def bundle(self, data: bytes) -> Bundle | None:
        """Return the content of a zip of many reports, None for anything else. Raises UnreadableFileError."""
        bundle: Bundle | None = self._reader.call(read_bundle, data)
        return bundle

    def lot(self, path: Path) -> Lot:
        """Return the reports in a zip or a folder; a single report is a lot of one. Raises OSError."""
        files = list(self._of_folder(path) if path.is_dir() else self._of_file(path, path.name))
        parcels = [file for file in files if isinstance(file, Parcel)]
        if len(files) == len(parcels) == 1:
            return Lot(((parcels[0], ()),))
        return Lot(self._in_order(parcels), tuple(file for file in files if isinstance(file, LeftOut)))

    def _of_folder(self, folder: Path) -> Iterator[Parcel | LeftOut]:
        for file in sorted(folder.rglob("*"), key=lambda file: str(file).casefold()):
            if not file.is_file() or is_clutter(file.as_posix()):
                continue
            shown = str(file.relative_to(folder))
            with file.open("rb") as opened:
                begin = opened.read(8)
            if is_report_like(shown, begin):
                yield from self._of_file(file, shown)
            else:
                yield LeftOut(shown, NO_REPORT)

    def _of_file(self, path: Path, shown: str) -> Iterator[Parcel | LeftOut]:
        data = read_bounded(path, MAX_BUNDLE_BYTES)
        try:
            bundle = self.bundle(data)
        except UnreadableFileError:
            # Submission refuses it with the same message.
            bundle = None
        if bundle is None:
            yield Parcel(shown, path.name, partial(read_bounded, path))
            return
        for file in bundle.files:
            yield Parcel(f"{path.name}/{file.path}", file.name, partial(take_out, data, file))
        yield from (LeftOut(f"{path.name}/{file.path}", file.reason) for file in bundle.left_out)

    def _in_order(self, parcels: Sequence[Parcel]) -> tuple[tuple[Parcel, tuple[str, ...]], ...]:
        identified = [(parcel, self._identify(parcel.read())) for parcel in parcels]
        by_whose: dict[ReportKey, dict[str, str]] = {}
        for parcel, (whose, digest) in identified:
            if whose:
                by_whose.setdefault(whose, {}).setdefault(digest, parcel.shown)
        order = list(self._reference.periods)
        identified.sort(key=lambda item: order.index(item[1][0].period_code) if item[1][0] else -1)
        ordered = []
        for parcel, (whose, digest) in identified:
            same = by_whose.get(whose, {}) if whose else {}
            ordered.append((parcel, tuple(shown for other, shown in same.items() if other != digest)))
        return tuple(ordered)

    def _identify(self, data: bytes) -> tuple[ReportKey | None, str]:
        try:
            whose: ReportKey | None = self._reader.call(read_report_key, data, self._reference)
        except UnreadableFileError:
            whose = None
        return whose, content_hash(data)
