"""Entry point of `python -m warehouse …`."""

import gc
import sys

# Imports create many objects and no garbage: collecting as often as by default takes a tenth of a short command.
gc.set_threshold(50_000)

from warehouse.cli import main  # noqa: E402

if __name__ == "__main__":
    # What was imported stays to the end, when it would be searched for cycles several times.
    sys.exit(main(sys.argv[1:], after_imports=gc.freeze))
