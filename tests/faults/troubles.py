"""Faults of the surroundings: a full or read-only disk, a wrong clock, a locked or torn registry, absent servers.

Each tries commands while the fault lasts, and again afterwards. A command may fail, with a sentence that says what to
do; nothing may be lost or shown in half, and afterwards the same command must do what it always does.
"""

import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Timer

from tests.faults.kills import Outcome
from tests.faults.province import (
    REGISTRY,
    Before,
    Templates,
    copy,
    half_restored,
    half_visible,
    lost,
    settings_of,
    unfit_backups,
)
from tests.mailboxes import MailServer, listening
from tests.older_installations import figures
from tests.pipeline.commands import PROJECT, environment, run
from tests.plan_pack import PROVINCE
from tests.servers import free_port
from warehouse.digest import Recipients, grant_of
from warehouse.people import AccessTrail, load_roles

OWN_MOUNTS = ("unshare", "--mount", "sh", "-c")
# The disk is as large as what is on it and some kilobytes: the command finds it nearly full.
SMALL_DISK = (
    'mount -t tmpfs -o size="$3"k none "$1" && cp -a "$2"/. "$1" && shift 3 && "$@"; '
    'code=$?; cp -a "$DISK"/. "$LEFT"; exit $code'
)
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
LEAST_ROOM_KB, BLOCK_KB = 4, 4
LOCKED_S = 60
DISK_FILLERS = ("submit", "accept", "build", "backup", "restore", "upgrade")
FAKETIME = "faketime"
CLOCKS = {"clock set back 400 days": "-400d", "clock set ahead 400 days": "+400d"}
MAIL = {"KPI_APP_URL": "https://kpi.example.vn", "KPI_MAIL_FROM": "kpi@so.example.vn"}
LEADER = "leader@so.example.vn"
PROVIDER = """[auth]
redirect_uri = "https://kpi.example.vn/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef0123456789abcdef"
client_id = "kpi"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:{port}/.well-known/openid-configuration"
"""


def troubles(templates: Templates, scratch: Path, seed: int, disks: int) -> dict[str, Callable[[], Outcome]]:
    """Each fault by its name: what makes it happen, and returns what became of it. Faults that this machine does not
    allow are left out, and named on standard error."""
    tried: dict[str, Callable[[], Outcome]] = {}
    if _may_mount():
        for name in DISK_FILLERS:
            draws = random.Random(f"{seed} {name}")  # noqa: S311
            tried[f"disk full: {name}"] = partial(_full_disk, name, templates, scratch, draws, disks)
        tried["read-only folder"] = partial(_read_only, templates, scratch)
    else:
        print("No small and read-only disks: this machine lets no program mount one.", file=sys.stderr)
    if shutil.which(FAKETIME):
        for name, offset in CLOCKS.items():
            tried[name] = partial(_wrong_clock, name, offset, templates, scratch)
    else:
        print("No wrong clocks: apt-get install faketime.", file=sys.stderr)
    tried[f"registry locked for {LOCKED_S} s"] = partial(_locked, templates, scratch)
    tried["registry page torn"] = partial(_torn, templates, scratch)
    tried["mail server away"] = partial(_no_mail, templates, scratch)
    tried["provider away"] = partial(_no_provider, templates, scratch)
    return tried


def _may_mount() -> bool:
    """Whether this machine lets the program mount disks of its own."""
    return shutil.which("unshare") is not None and _shell("mount -t tmpfs none /mnt").returncode == 0


def _full_disk(name: str, templates: Templates, scratch: Path, draws: random.Random, tries: int) -> Outcome:
    """Run a command on disks with room for less and less of what it writes."""
    outcome = Outcome(f"disk full: {name}")
    template = {"submit": templates.published, "build": templates.waiting, "accept": templates.undecided}.get(
        name, templates.older if name == "upgrade" else templates.published
    )
    form, restored = str(templates.form), Before.of(templates.published)
    with _folder(scratch) as root:
        disk, left = root / "disk", root / "left"
        on_disk = {"backup": disk / "store", "restore": disk / "restored"}
        words = {
            "submit": ("submit", form, "--note", "chưa đủ cột"),
            "accept": ("accept", str(_undecided(templates))),
            "build": ("build",),
            "backup": ("backup", "--to", str(disk / "store")),
            "restore": ("restore", "--from", str(templates.store)),
            "upgrade": ("upgrade", "--backup-to", str(root / "kept")),
        }[name]
        data_dir = {"backup": copy(template, root / "apart"), "restore": disk / "restored"}.get(name, disk)
        content = root / "content"
        content.mkdir() if name in on_disk else copy(template, content)
        growth = _growth(content, words, data_dir, disk, left)
        before = Before.of(template)
        if name in ("build", "upgrade"):
            before = Before(before.rows, [*before.figures, figures(left)])
        for number in range(tries):
            room = LEAST_ROOM_KB * (growth / LEAST_ROOM_KB) ** ((number + draws.random()) / tries)
            shutil.rmtree(root / "kept", ignore_errors=True)
            ended = _on_small_disk(content, words, data_dir, disk, left, int(room))
            outcome.count += 1
            _hear(outcome, ended)
            subject = {"backup": root / "apart", "restore": templates.published}.get(name, left)
            outcome.lost += lost(subject, before)
            outcome.half_visible += half_visible(subject, before)
            if name == "backup":
                outcome.half_visible += unfit_backups(left / "store")
            if name == "restore":
                outcome.half_visible += half_restored(left / "restored", restored)
            shutil.rmtree(root / "kept", ignore_errors=True)
            there = left / "restored" if name == "restore" else subject
            again = [str(left / Path(word).relative_to(disk)) if word.startswith(str(disk)) else word for word in words]
            _again(outcome, ended, there, *again)
    return outcome


def _growth(content: Path, words: Sequence[str], data_dir: Path, disk: Path, left: Path) -> int:
    """Return the kilobytes that a command adds to a disk with room enough."""
    ended = _on_small_disk(content, words, data_dir, disk, left, 1 << 20)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return max(_kilobytes(left) - _kilobytes(content), 2 * LEAST_ROOM_KB) * 2


def _on_small_disk(
    content: Path, words: Sequence[str], data_dir: Path, disk: Path, left: Path, room_kb: int
) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(left, ignore_errors=True)
    for folder in (disk, left):
        folder.mkdir(exist_ok=True)
    size = _kilobytes(content) + room_kb
    command = [str(disk), str(content), str(size), sys.executable, "-m", "warehouse", *words]
    return _shell(SMALL_DISK, *command, KPI_DATA_DIR=str(data_dir), DISK=str(disk), LEFT=str(left))


def _read_only(templates: Templates, scratch: Path) -> Outcome:
    outcome = Outcome("read-only folder")
    with _folder(scratch) as root:
        for name, template, words in _writing(templates, root):
            data_dir = copy(template, root / name)
            before = Before.of(data_dir)
            command = [str(data_dir), sys.executable, "-m", "warehouse", *words]
            ended = _shell(READ_ONLY, *command, KPI_DATA_DIR=str(data_dir))
            outcome.count += 1
            _hear(outcome, ended)
            outcome.lost += lost(data_dir, before)
            outcome.half_visible += half_visible(data_dir, before)
            _again(outcome, ended, data_dir, *words)
    return outcome


def _wrong_clock(name: str, offset: str, templates: Templates, scratch: Path) -> Outcome:
    """Work for a while with a wrong clock, and then with the right one."""
    outcome = Outcome(name)
    wrong = (FAKETIME, "-f", offset, sys.executable, "-m", "warehouse")
    with _folder(scratch) as root:
        data_dir = copy(templates.published, root / "data")
        store = copy(templates.store, root / "store")
        backups = len(list(store.glob("2*")))
        before = Before.of(data_dir)
        submit = ("submit", str(templates.form), "--note", "chưa đủ cột")
        for words in (submit, ("doctor",), ("build", "--full-refresh"), ("backup", "--to", str(store)), ("verify",)):
            ended = _command([*wrong, *words], KPI_DATA_DIR=str(data_dir))
            outcome.count += 1
            if words[0] == "doctor":
                outcome.messages.update(_lines(ended, "Clock"))
            elif ended.returncode:
                outcome.not_repaired.append(f"{words[0]}: {ended.stderr.strip()}")
        outcome.messages.update(
            f"with the right clock: {line}" for line in _lines(run(data_dir, "doctor", **PROVINCE), "Clock")
        )
        if len(list(store.glob("2*"))) != backups + 1:
            outcome.lost.append("a backup")
        with_wrong_clock = Before(before.rows, [figures(data_dir)])
        outcome.lost += lost(data_dir, before)
        outcome.half_visible += half_visible(data_dir, with_wrong_clock)
        published = (data_dir / "published").resolve().name
        for words in (("build", "--full-refresh"), ("backup", "--to", str(store)), ("verify",)):
            _again(outcome, None, data_dir, *words)
        if (data_dir / "published").resolve().name == published:
            outcome.not_repaired.append("the build with the right clock was not published")
        outcome.lost += lost(data_dir, before)
        outcome.half_visible += [*half_visible(data_dir, with_wrong_clock), *unfit_backups(store)]
    return outcome


def _locked(templates: Templates, scratch: Path) -> Outcome:
    """Commands while another program holds the registry's write lock, each alone for the whole minute."""
    outcome = Outcome(f"registry locked for {LOCKED_S} s")
    with _folder(scratch) as root:
        for name, template, words in _writing(templates, root):
            data_dir = copy(template, root / name)
            before = Before.of(data_dir)
            with closing(sqlite3.connect(data_dir / REGISTRY, isolation_level=None, check_same_thread=False)) as other:
                other.execute("begin immediate")
                release = Timer(LOCKED_S, other.rollback)
                release.start()
                ended = _command([sys.executable, "-m", "warehouse", *words], KPI_DATA_DIR=str(data_dir))
                release.join()
            outcome.count += 1
            _hear(outcome, ended)
            outcome.lost += lost(data_dir, before)
            outcome.half_visible += half_visible(data_dir, before) if ended.returncode else ()
            _again(outcome, ended, data_dir, *words)
    return outcome


def _torn(templates: Templates, scratch: Path) -> Outcome:
    """A page of the registry is overwritten: nothing is written on it, and the newest backup brings it back."""
    outcome = Outcome("registry page torn")
    with _folder(scratch) as root:
        data_dir = copy(templates.published, root / "data")
        before = Before.of(data_dir)
        registry = data_dir / REGISTRY
        with closing(sqlite3.connect(registry)) as opened:
            opened.execute("pragma wal_checkpoint(truncate)")
            (size,), (pages,) = (opened.execute(f"pragma {name}").fetchone() for name in ("page_size", "page_count"))
        with registry.open("r+b") as file:
            file.seek(pages // 2 * size)
            file.write(os.urandom(size))
        torn = registry.read_bytes()
        for _, _, words in _writing(templates, root):
            ended = run(data_dir, *words, **PROVINCE)
            outcome.count += 1
            _hear(outcome, ended)
            if not ended.returncode or registry.read_bytes() != torn:
                outcome.lost.append(f"{words[0]} wrote on it")
        restored = root / "restored"
        _again(outcome, None, restored, "restore", "--from", str(templates.store))
        outcome.half_visible += half_restored(restored, before)
        _again(outcome, None, restored, "build")
        outcome.lost += lost(restored, before)
    return outcome


def _no_mail(templates: Templates, scratch: Path) -> Outcome:
    """A digest is due while the mail server is away: it waits, and arrives once when the server is back."""
    outcome = Outcome("mail server away")
    with _folder(scratch) as root:
        data_dir = copy(templates.published, root / "data")
        with (data_dir / "roles.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("person", "name", "role", "unit_code", "valid_from", "valid_to"))
            lines.writerow((LEADER, "", "department", "", "2020-01-01", ""))
        settings = settings_of(data_dir)
        grant = grant_of(load_roles(settings.roles_file), LEADER, None, "")
        Recipients(AccessTrail.open(settings)).add(grant, "en", LEADER, "Sở")
        server = MailServer(root / "box", free_port())
        own = MAIL | {"KPI_MAIL_SERVER": server.setting, "KPI_DATA_DIR": str(data_dir)}
        send = [sys.executable, "-m", "warehouse", "digest", "send", "--now"]
        away = _command(send, **own)
        outcome.count += 1
        outcome.messages.update(line.strip() for line in away.stdout.splitlines() + away.stderr.splitlines())
        doctor = _command([sys.executable, "-m", "warehouse", "doctor"], **own)
        outcome.messages.update(_lines(doctor, "Mail server"))
        with listening(server):
            for _ in range(2):
                _command(send, **own)
        if len(server.to(LEADER)) != 1:
            outcome.lost.append(f"{len(server.to(LEADER))} mails instead of one")
    return outcome


def _no_provider(templates: Templates, scratch: Path) -> Outcome:
    """The provider of sign-ins does not answer: `doctor` says so, and there is another way in."""
    outcome = Outcome("provider away")
    with _folder(scratch) as root:
        data_dir = copy(templates.published, root / "data")
        secrets = root / "secrets.toml"
        secrets.write_text(PROVIDER.format(port=free_port()), encoding="utf-8")
        secrets.chmod(0o600)
        own = {"KPI_DATA_DIR": str(data_dir), "KPI_AUTH": "oidc", "STREAMLIT_SECRETS_FILES": str(secrets)}
        doctor = _command([sys.executable, "-m", "warehouse", "doctor"], **own)
        outcome.count += 1
        outcome.messages.update(_lines(doctor, "Sign-in"))
        way_in = _command(
            [sys.executable, "-m", "warehouse", "break-glass", "--reason", "SSO", "--by", "ca trực"], **own
        )
        if way_in.returncode or not outcome.messages:
            outcome.not_repaired.append(way_in.stderr.strip())
    return outcome


def _writing(templates: Templates, root: Path) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """Commands that write: a name, the state that they begin with, and their words."""
    yield "submit", templates.published, ("submit", str(templates.form), "--note", "chưa đủ cột")
    yield "accept", templates.undecided, ("accept", str(_undecided(templates)))
    yield "build", templates.waiting, ("build",)
    yield "backup", templates.published, ("backup", "--to", str(root / "store"))


def _undecided(templates: Templates) -> int:
    with closing(sqlite3.connect(templates.undecided / REGISTRY)) as registry:
        number: int = registry.execute("select max(submission_id) from submission").fetchone()[0]
    return number


def _hear(outcome: Outcome, ended: subprocess.CompletedProcess[str]) -> None:
    """Keep the sentence with which a command failed; none, or a trace of the program, is a fault."""
    if not ended.returncode:
        outcome.messages["(done all the same)"] += 1
        return
    lines = [
        line.strip() for line in ended.stderr.splitlines() if line.strip() and not line.startswith(("[", "      "))
    ]
    if not lines or "Traceback" in ended.stderr:
        outcome.not_repaired.append(f"no sentence: {ended.stderr[-2000:]}")
    else:
        outcome.messages[lines[-1]] += 1


def _lines(ended: subprocess.CompletedProcess[str], subject: str) -> list[str]:
    """Return what `doctor` printed of a subject."""
    return [line.strip() for line in ended.stdout.splitlines() if subject in line]


def _again(outcome: Outcome, ended: subprocess.CompletedProcess[str] | None, data_dir: Path, *words: str) -> None:
    """Run a command that failed during the fault again, without it."""
    if ended is None or ended.returncode:
        again = run(data_dir, *words, **PROVINCE)
        if again.returncode:
            outcome.not_repaired.append(f"{words[0]} afterwards: {again.stderr.strip()}")


def _shell(script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return _command([*OWN_MOUNTS, script, "sh", *arguments], **settings)


def _command(words: Sequence[str], **settings: str) -> subprocess.CompletedProcess[str]:
    own: Mapping[str, str] = environment(Path(settings.pop("KPI_DATA_DIR", "data")), **PROVINCE) | settings
    return subprocess.run(words, cwd=PROJECT, env=own, capture_output=True, text=True, check=False)


def _kilobytes(folder: Path) -> int:
    """Return the room that the files of a folder take on a disk."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(-(-path.stat().st_size // (BLOCK_KB << 10)) for path in files) * BLOCK_KB


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """A new folder, removed at the end."""
    folder = scratch / "trouble"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
