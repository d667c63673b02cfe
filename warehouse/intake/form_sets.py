"""The empty forms of all reporters of a quarter, in one zip."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from warehouse.forms.privacy.personal_data import fold
from warehouse.intake.empty_forms import EmptyForms
from warehouse.intake.ledger import Ledger
from warehouse.intake.records import IntakeRefusal
from warehouse.programmes import in_force
from warehouse.reference import Reference, Unit, load_reference
from warehouse.registry.store import Registry
from warehouse.settings import Settings

# Forms that a process writes at a time.
_CHUNK = 8


class FormSets:
    """Writes the forms of all reporters."""

    def __init__(self, settings: Settings, reference: Reference) -> None:
        self._settings = settings
        self._reference = reference

    def reporters(self, period_code: str) -> tuple[Unit, ...]:
        """Return the reporters of a quarter. Raises IntakeRefusal for an unknown quarter."""
        if period_code not in self._reference.periods:
            raise IntakeRefusal("period_unknown", {"period": period_code}, "period")
        return self._reference.reporters(period_code)

    def write_each(self, path: Path, period_code: str, left_out: frozenset[str] = frozenset()) -> Iterator[Unit]:
        """Write a zip of all reporters' empty forms for a quarter to `path`; yield each reporter after its form.

        Each form equals that of `EmptyForms.template`, without last quarter's values of columns `left_out`. Forms are
        written in separate processes, so that the app stays responsive. Raises IntakeRefusal, OSError.
        """
        reporters = self.reporters(period_code)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for unit, content in self._contents(reporters, period_code, left_out):
                archive.writestr(form_name(unit, period_code), content)
                yield unit

    def _contents(
        self, reporters: tuple[Unit, ...], period_code: str, left_out: frozenset[str]
    ) -> Iterator[tuple[Unit, bytes]]:
        make = partial(_form, self._settings, period_code, left_out)
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            contents = pool.map(make, [unit.unit_code for unit in reporters], chunksize=_CHUNK)
            yield from zip(reporters, contents, strict=True)


def form_name(unit: Unit, period_code: str) -> str:
    """Return the file name of a unit's form: `phuong-sai-gon_26740_2026Q4.xlsx`."""
    return f"{fold(unit.name_vi).replace(' ', '-')}_{unit.unit_code}_{period_code}.xlsx"


def _form(settings: Settings, period_code: str, left_out: frozenset[str], unit_code: str) -> bytes:
    # In a process of its own, which the programme of the request does not reach.
    with in_force(settings.programme):
        return _forms(settings).template(unit_code, period_code, left_out)[1]


@lru_cache(maxsize=1)
def _forms(settings: Settings) -> EmptyForms:
    """Return this process's writer of forms."""
    registry, reference = Registry(settings.ops_url), load_reference()
    return EmptyForms(Ledger(settings, registry, reference), registry, reference)
