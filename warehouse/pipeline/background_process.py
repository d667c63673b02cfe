"""The process of a background build: `python -m warehouse.pipeline.background_process LOCK MARKER`.

It inherits the queue's lock from the process that started it (the arguments are file descriptors) and releases it
before its build reads the registry: a request after that starts another process.
"""

import sys
import time

from warehouse.digest import request_digests
from warehouse.errors import BuildError, RegistryError
from warehouse.pipeline import pipeline
from warehouse.pipeline.lock import BuildLockedError, HeldLock, acquire, presence, read_holder, wait_until_free
from warehouse.pipeline.state import error_texts
from warehouse.settings import Settings
from warehouse.storage.disk import DiskFullError

# Anything but a build (a rollback) holds the build lock for moments only.
RETRY_S = 0.2


def main(settings: Settings, queue: HeldLock | None) -> int:
    """Wait for the running build, then build once; return 1 if that failed. The state file holds the outcome."""
    by = read_holder(settings.build_queue).get("by", "")
    while queue:
        wait_until_free(settings.build_lock)
        queue.release()
        try:
            result = pipeline.build(settings, by=by)
        except BuildLockedError:
            time.sleep(RETRY_S)
            # A process that has taken the queue's lock by now includes what this one was started for.
            queue = acquire(settings.build_queue, by)
        except (BuildError, RegistryError, OSError, DiskFullError) as error:
            print(error_texts(error)[settings.lang], file=sys.stderr)
            return 1
        else:
            if result.outcome == pipeline.PUBLISHED:
                request_digests(settings)
            return 0
    return 0


if __name__ == "__main__":
    chosen = Settings.from_env()
    # Presence makes this process count as waiting between the release of the queue and the build's first step.
    with presence(chosen.build_presence):
        ended = main(chosen, HeldLock(*map(int, sys.argv[1:3])))
    sys.exit(ended)
