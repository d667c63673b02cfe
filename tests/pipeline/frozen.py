"""Imported last before the first fork: what exists by now is left out of every fork's search for cycles, which would
otherwise copy all of its memory."""

import gc

gc.collect()
gc.freeze()
