"""Entry point of `python -m warehouse …`."""

import os
import sys

from warehouse.cli import main

if __name__ == "__main__":
    if sys.getfilesystemencoding() != "utf-8":
        # Under another encoding, names of files with Vietnamese letters cannot be passed on.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "warehouse", *sys.argv[1:]])  # noqa: S606
    sys.exit(main(sys.argv[1:]))
