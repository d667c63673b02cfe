"""The process that builds in the background: `python -m warehouse.pipeline.background_process LOCK MARK`.

It is given the queue's lock by whoever started it, and lets go of it before its build looks at the registry: what is
asked for after that waits in a process of its own.
"""

import sys
import time

from warehouse.errors import BuildError, RegistryDamagedError
from warehouse.pipeline import pipeline
from warehouse.pipeline.lock import BuildLocked, Hold, presence, read_holder, take, wait_until_free
from warehouse.settings import Settings

# A build lock that is held by something else than a build (a rollback) falls within moments.
RETRY_S = 0.2


def main(settings: Settings, queue: Hold | None) -> int:
    """Wait for the running build, then build once; 1 when that failed. The state file tells how it went."""
    by = read_holder(settings.build_queue).get("by", "")
    while queue:
        wait_until_free(settings.build_lock)
        queue.release()
        try:
            pipeline.build(settings, by=by)
        except BuildLocked:
            time.sleep(RETRY_S)
            # Whoever waits by now will build what this process was to build.
            queue = take(settings.build_queue, by)
        except (BuildError, RegistryDamagedError) as error:
            print(error.words(settings.lang), file=sys.stderr)
            return 1
        except OSError as error:
            print(error, file=sys.stderr)
            return 1
        else:
            return 0
    return 0


if __name__ == "__main__":
    chosen = Settings.from_env()
    # Between letting go of the queue and its build's first step, too, this process shows as one that waits.
    with presence(chosen.build_presence):
        ended = main(chosen, Hold(*map(int, sys.argv[1:3])))
    sys.exit(ended)
