"""The reader of commands: besides uploads' formats it reads reports as columns (Parquet), in this process.

Administrators run commands on files of their own. The sandbox leaves too little memory for the library of columns.
"""

from collections.abc import Callable
from typing import Any

from warehouse.forms.formats.book import PARQUET_SIGNATURE
from warehouse.forms.formats.bundle import read_bundle
from warehouse.forms.reading.reader import read_opened, read_report, read_report_key, report_key
from warehouse.forms.sandbox.sandboxed_reader import Reader


class CommandReader(Reader):
    """Reads reports as columns in this process, and everything else as `Reader` does."""

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function as `Reader.call` does; of a report as columns, return what it would return."""
        if not (args and isinstance(args[0], bytes) and args[0].startswith(PARQUET_SIGNATURE)):
            return super().call(function, *args)
        from warehouse.forms.columnar import columnar_book  # noqa: PLC0415

        if function is read_report:
            return read_opened(columnar_book(args[0], self.reference), *args[1:])
        if function is read_report_key:
            return report_key(columnar_book(args[0], self.reference), *args[1:])
        # Such a file holds one report.
        return None if function is read_bundle else super().call(function, *args)
