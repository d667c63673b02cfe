"""The process of the digests: `python -m app.digest.process send [--now]`, `… preview NUMBER [--html FILE]`.

The command `digest` starts it, and so does a build that has published; `warehouse` imports nothing of the app.
"""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from pathlib import Path

from app.core.i18n import set_language, words
from app.digest.sending import NOTHING, Composer, send_digests
from warehouse.desk import DiskFullError, RegistryBusyError, RegistryError
from warehouse.digest import DELAYED, DELIVERED, HANDING, REFUSED, Deliveries, Recipients
from warehouse.people import AccessTrail, load_roles
from warehouse.programmes import in_force
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import Settings

# The exit code of every command on a full disk.
DISK_FULL = 7


def main(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code: 1 where a message could not be sent now, 7 on a full disk."""
    parser = argparse.ArgumentParser(prog="app.digest.process")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("send").add_argument("--now", action="store_true")
    shown = commands.add_parser("preview")
    shown.add_argument("number", type=int)
    shown.add_argument("--html", type=Path)
    options = parser.parse_args(arguments)
    settings = Settings.from_env()
    set_language(settings.lang)
    try:
        if options.command == "preview":
            return preview(settings, options.number, options.html)
        return send(settings, at_once=options.now)
    except NothingPublished:
        print(words("digest.nothing_published"), file=sys.stderr)
    except RegistryError as error:
        print(error.words(settings.lang), file=sys.stderr)
    except RegistryBusyError:
        print(words("digest.later"), file=sys.stderr)
    except DiskFullError:
        print(words("digest.disk_full"), file=sys.stderr)
        return DISK_FULL
    return 1


def send(settings: Settings, *, at_once: bool) -> int:
    """Send what is due and print how many recipients had each outcome."""
    version, outcomes = send_digests(settings, at_once=at_once)
    counts = {name: outcomes[name] for name in (DELIVERED, NOTHING, DELAYED, REFUSED)}
    counts[DELAYED] += outcomes[HANDING]
    print(words("digest.done", version=words.version(version), **counts))
    return 1 if counts[DELAYED] or counts[REFUSED] else 0


def preview(settings: Settings, number: int, html: Path | None) -> int:
    """Print the digest that a recipient would get now; write its HTML to a file."""
    trail = AccessTrail.open(settings)
    active = {one.recipient_id: one for one in Recipients(trail).active()}
    if number not in active:
        print(words("digest.preview_unknown", number=number), file=sys.stderr)
        return 2
    recipient = active[number]
    if recipient.grant(load_roles(settings.roles_file)) is None:
        print(words("digest.preview_no_role", number=number))
        return 0
    warehouse = published(settings)
    reported = Deliveries(trail.engine, warehouse.version).of(number).reported
    digest = Composer(settings, warehouse).digest(recipient, reported)
    if digest is None:
        print(words("digest.preview_nothing", number=number))
        return 0
    print(digest.letter.subject, digest.letter.text, sep="\n\n")
    if html:
        try:
            html.write_text(digest.letter.html, encoding="utf-8")
        except OSError as error:
            print(words("digest.preview_unwritten", path=html, detail=error.strerror), file=sys.stderr)
            return DISK_FULL if error.errno == errno.ENOSPC else 2
    return 0


if __name__ == "__main__":
    # Addresses carry the programme in force.
    with in_force(Settings.from_env().programme):
        sys.exit(main(sys.argv[1:]))
