"""Settings from the environment or `.env` (prefix `KPI_`), and every path derived from them."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from warehouse.programmes import Programme, ProgrammesError, code_in_force, read_programmes

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SEEDS_DIR = PROJECT_ROOT / "dbt_project" / "seeds"
_PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PROJECT_NAME: str = _PROJECT["name"]
# The release of the program: `pyproject.toml` is the only place where it is numbered.
RELEASE: str = _PROJECT["version"]
REQUIRES_PYTHON: str = _PROJECT["requires-python"]

DEFAULT_KEEP_VERSIONS = 5
DEFAULT_BUILD_TIMEOUT_S = 1800
DEFAULT_BUILD_MEMORY_MB = 3000
# Of the memory of the machine, no build takes more than this.
_MOST_MEMORY = 0.8
DEFAULT_UPLOAD_TIMEOUT_S = 60
LANGUAGES = ("vi", "en")
# In a data folder that was restored: the manifest of the backup it came from.
RESTORED_FILE = "restored.json"
DEFAULT_IDLE_MINUTES = 30
DEFAULT_BACKUP_MAX_HOURS = 48
LEAST_TOKEN_LENGTH = 20
# Who has access: users of this machine; everyone who reaches the app, on purpose; users of an OpenID provider.
LOOPBACK_ONLY, OPEN_TO_ALL, OIDC = "none", "none-on-purpose", "oidc"
SIGN_INS = (LOOPBACK_ONLY, OPEN_TO_ALL, OIDC)
MAIL_SCHEMES = ("smtp", "smtps")
# Beginnings of the addresses of embedded databases, and the form of a server's.
_DUCKDB, _SQLITE = "duckdb:", "sqlite:"
SERVER_ADDRESS = (
    "postgresql+psycopg://USER:PASSWORD@db.example.vn/kpi; USER, PASSWORD: @ = %40, : = %3A, / = %2F, % = %25"
)
_MAIL_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names the setting.

    `why` is the key of the reason in the catalogue `settings`, empty where the message shows what is expected.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


class PlanPackError(SettingsError):
    """`KPI_PLAN_DIR` names a `path` without a whole plan pack, of which the check of packs describes every mistake."""

    def __init__(self, path: Path, gaps: str) -> None:
        super().__init__(f"KPI_PLAN_DIR: {path}: {gaps} (python -m warehouse plan check)")
        self.path = path


@dataclass(frozen=True)
class BackupsKept:
    """Number of days, weeks and months of which a store of backups keeps the newest."""

    days: int = 7
    weeks: int = 5
    months: int = 24


@dataclass(frozen=True)
class MailServer:
    """The server that takes mails: by TLS from the start (`smtps`), else by STARTTLS, except on this machine."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_loopback(self) -> bool:
        """Return whether it is on this machine, to which nothing needs to be encrypted."""
        return self.host in ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Settings:
    """Locations and build options. Paths are absolute; only this class derives them."""

    data_dir: Path
    warehouse_url: str
    ops_url: str
    as_of_date: date | None = None
    keep_versions: int = DEFAULT_KEEP_VERSIONS
    build_timeout_s: int = DEFAULT_BUILD_TIMEOUT_S
    # Memory in which DuckDB computes the models, at most; it puts what exceeds it on disk.
    build_memory_mb: int = DEFAULT_BUILD_MEMORY_MB
    lang: str = "vi"
    # A plan pack, a folder or a workbook: another city's seeds and words; None = the project's own plan.
    plan_dir: Path | None = None
    # The operator's polygons of units, for the map of the target page; None = tile map only.
    geojson: Path | None = None
    # Host names of the app, besides those of the loopback address.
    host_names: tuple[str, ...] = ()
    auth: str = LOOPBACK_ONLY
    # The roles file; None = `roles.csv` in the data folder.
    roles_csv: Path | None = None
    # The claim of an ID token that identifies people in the roles file.
    person_claim: str = "email"
    # Minutes without use after which a session ends.
    idle_minutes: int = DEFAULT_IDLE_MINUTES
    # Contact for access, shown to users who are refused.
    access_contact: str = ""
    upload_timeout_s: int = DEFAULT_UPLOAD_TIMEOUT_S
    # Whether the app renders the pages that users open first in advance.
    draws_ahead: bool = True
    # Hours after which the newest backup is reported as old.
    backup_max_hours: int = DEFAULT_BACKUP_MAX_HOURS
    backups_kept: BackupsKept = BackupsKept()
    # The bearer token with which monitors of other machines read details and metrics; empty = only this machine's do.
    monitor_token: str = field(default="", repr=False)
    # The list of programmes, if there are several; and the one in force, of which all paths above are.
    programmes_csv: Path | None = None
    programmes: tuple[Programme, ...] = ()
    programme: str = ""
    # Where users open the app, with which links in digests begin; empty = no digests are sent.
    app_url: str = ""
    # The server that takes mails, and their sender; None = no mails.
    mail_server: MailServer | None = None
    mail_from: str = ""
    # Where compiled SQL is kept, which installations of one release may share; None = below the data folder.
    own_compiled_dir: Path | None = None
    # The server's URL for builds and previews that the app starts; empty = `warehouse_url`.
    builder_url: str = field(default="", repr=False)

    @property
    def installation(self) -> "Settings":
        """Return the settings of the first programme, whose registry keeps sign-ins for all of them."""
        return self.of_programme(self.programmes[0].code) if self.programmes else self

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the programmes in their order; one empty code where there is one plan."""
        return tuple(programme.code for programme in self.programmes) or ("",)

    @property
    def plan_in_addresses(self) -> str:
        """Return the code that addresses of the programme in force have; empty for the first programme."""
        return "" if self.programme == self.codes[0] else self.programme

    def in_folder(self, data_dir: Path) -> "Settings":
        """Return these settings for another data folder, with the registry and the figures in it."""
        return replace(self, data_dir=data_dir, warehouse_url=_warehouse_url(data_dir), ops_url=_ops_url(data_dir))

    def of_programme(self, code: str) -> "Settings":
        """Return these settings for another programme. Raises SettingsError for an unknown code."""
        for programme in self.programmes:
            if programme.code == code:
                own = self.in_folder(programme.data_dir)
                return replace(own, plan_dir=programme.plan_dir, geojson=programme.geojson, programme=code)
        raise SettingsError(f"KPI_PROGRAMME: {code!r} ({', '.join(filter(None, self.codes)) or 'KPI_PROGRAMMES'})")

    @property
    def is_embedded(self) -> bool:
        """Return whether the figures are DuckDB files in the data folder; otherwise a PostgreSQL server holds them."""
        return self.warehouse_url.startswith("duckdb")

    @property
    def has_registry(self) -> bool:
        """Return whether the registry is a file that exists, or on a server. One that is opened would be created."""
        from sqlalchemy import make_url  # noqa: PLC0415

        url = make_url(self.ops_url)
        return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()

    @property
    def has_installation(self) -> bool:
        """Return whether there is a registry, or the data folder has originals; at a mistyped path there is neither."""
        return self.has_registry or self.landing_dir.is_dir()

    @property
    def for_builds(self) -> "Settings":
        """Return these settings for commands and processes that build, which need more rights than pages."""
        if not self.builder_url:
            return self
        ops_url = self.builder_url if self.ops_url == self.warehouse_url else self.ops_url
        return replace(self, warehouse_url=self.builder_url, ops_url=ops_url)

    @property
    def is_open_to_all(self) -> bool:
        """Return whether the app was configured on purpose to run without sign-in for other machines' users."""
        return self.auth == OPEN_TO_ALL

    @property
    def asks_to_sign_in(self) -> bool:
        """Return whether users must sign in with the OpenID provider."""
        return self.auth == OIDC

    @property
    def roles_file(self) -> Path:
        """Return the path of the reviewed roles file."""
        return self.roles_csv or self.data_dir / "roles.csv"

    @property
    def landing_dir(self) -> Path:
        """Return the folder of immutable, content-addressed originals of accepted reports."""
        return self.data_dir / "landing"

    @property
    def cache_dir(self) -> Path:
        """Return the folder of what is made again when it is missing."""
        return self.data_dir / "cache"

    @property
    def compiled_dir(self) -> Path:
        """Return the folder of what is kept of dbt's work: the SQL that it compiled and the project that it parsed."""
        return self.own_compiled_dir or self.cache_dir / "compiled"

    def compiled_sql(self, fingerprint: str) -> Path:
        """Return the file that keeps the SQL which dbt compiled from a dbt project and columns of forms."""
        return self.compiled_dir / f"{fingerprint}.zip"

    @property
    def runs_dir(self) -> Path:
        """Return the folder with one folder per built version."""
        return self.data_dir / "runs"

    @property
    def mirrors_dir(self) -> Path:
        """Return the folder with what this machine keeps of a version on a server: raw, marts, dbt's manifest."""
        return self.cache_dir / "mirrors"

    def version_folder(self, version: str) -> Path:
        """Return the folder of a version; of one on a server, that of its mirror, which another machine may have."""
        return (self.runs_dir if self.is_embedded else self.mirrors_dir) / version

    @property
    def restored_file(self) -> Path:
        """Return the path of the manifest of the backup that the data folder was restored from; else there is none."""
        return self.data_dir / RESTORED_FILE

    @property
    def published_link(self) -> Path:
        """Return the symlink that names the published version; swapped atomically."""
        return self.data_dir / "published"

    @property
    def build_lock(self) -> Path:
        """Return the lock file held by the running build."""
        return self.data_dir / "build.lock"

    @property
    def build_queue(self) -> Path:
        """Return the lock file held by the one waiting background build."""
        return self.data_dir / "build.queue"

    @property
    def build_presence(self) -> Path:
        """Return the file at which background builds are present, from their start to their end."""
        return self.data_dir / "build.present"

    @property
    def build_state(self) -> Path:
        """Return the state file of the newest build: its step while it runs, its outcome afterwards."""
        return self.data_dir / "build-state.json"

    def as_of(self, today: date) -> date:
        """Return the date on which lateness is judged: `KPI_AS_OF_DATE`, else `today`."""
        return self.as_of_date or today

    def as_env(self) -> dict[str, str]:
        """Return the environment in which `from_env` gives the same settings, for a process that is started."""
        listed = self.programmes_csv is not None
        return {
            "KPI_PROGRAMMES": str(self.programmes_csv or ""),
            "KPI_PROGRAMME": self.programme,
            "KPI_DATA_DIR": str(self.data_dir),
            "KPI_WAREHOUSE_URL": "" if listed else self.warehouse_url,
            "KPI_BUILDER_URL": self.builder_url,
            "KPI_OPS_URL": "" if listed else self.ops_url,
            "KPI_AS_OF_DATE": self.as_of_date.isoformat() if self.as_of_date else "",
            "KPI_KEEP_VERSIONS": str(self.keep_versions),
            "KPI_BUILD_TIMEOUT": str(self.build_timeout_s),
            "KPI_BUILD_MEMORY_MB": str(self.build_memory_mb),
            "KPI_LANG": self.lang,
            "KPI_PLAN_DIR": str(self.plan_dir or ""),
            "KPI_GEOJSON": str(self.geojson or ""),
            "KPI_HOST_NAMES": ",".join(self.host_names),
            "KPI_AUTH": self.auth,
            "KPI_ROLES": str(self.roles_csv or ""),
            "KPI_PERSON_CLAIM": self.person_claim,
            "KPI_IDLE_MINUTES": str(self.idle_minutes),
            "KPI_ACCESS_CONTACT": self.access_contact,
            "KPI_UPLOAD_TIMEOUT": str(self.upload_timeout_s),
            "KPI_DRAW_AHEAD": "yes" if self.draws_ahead else "no",
            "KPI_BACKUP_MAX_HOURS": str(self.backup_max_hours),
            "KPI_BACKUP_KEEP": f"{self.backups_kept.days},{self.backups_kept.weeks},{self.backups_kept.months}",
            "KPI_MONITOR_TOKEN": self.monitor_token,
            "KPI_APP_URL": self.app_url,
            "KPI_MAIL_SERVER": self._mail_url,
            "KPI_MAIL_FROM": self.mail_from,
            "KPI_COMPILED_DIR": str(self.own_compiled_dir or ""),
        }

    @property
    def _mail_url(self) -> str:
        server = self.mail_server
        if server is None:
            return ""
        host = f"[{server.host}]" if ":" in server.host else server.host
        sign_in = f"{quote(server.user, safe='')}:{quote(server.password, safe='')}@" if server.user else ""
        return f"{MAIL_SCHEMES[server.is_tls]}://{sign_in}{host}:{server.port}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> "Settings":
        """Read the settings of the programme in force. The environment takes precedence over `.env`.

        Raises SettingsError naming a bad value.
        """
        values = _read_env_file(env_file or PROJECT_ROOT / ".env")
        values.update(os.environ if environ is None else environ)
        data_dir = _data_dir(values)
        lang = values.get("KPI_LANG") or "vi"
        if lang not in LANGUAGES:
            raise SettingsError(f"KPI_LANG: {lang!r} (vi | en)")
        auth = values.get("KPI_AUTH") or LOOPBACK_ONLY
        if auth not in SIGN_INS:
            raise SettingsError(f"KPI_AUTH: {auth!r} ({' | '.join(SIGN_INS)})")
        if values.get("KPI_BUILDER_URL") and not values.get("KPI_WAREHOUSE_URL"):
            raise SettingsError("KPI_BUILDER_URL: KPI_WAREHOUSE_URL", "not_set")
        programmes_csv, programmes = _programmes(values)
        code = (code_in_force() if environ is None else "") or values.get("KPI_PROGRAMME") or ""
        settings = cls(
            data_dir=data_dir,
            warehouse_url=_database(values, "KPI_WAREHOUSE_URL", _DUCKDB) or _warehouse_url(data_dir),
            ops_url=_database(values, "KPI_OPS_URL", _SQLITE) or _ops_url(data_dir),
            as_of_date=_date(values, "KPI_AS_OF_DATE"),
            keep_versions=_positive_int(values, "KPI_KEEP_VERSIONS", DEFAULT_KEEP_VERSIONS),
            build_timeout_s=_positive_int(values, "KPI_BUILD_TIMEOUT", DEFAULT_BUILD_TIMEOUT_S),
            build_memory_mb=_memory_mb(values, "KPI_BUILD_MEMORY_MB", DEFAULT_BUILD_MEMORY_MB),
            lang=lang,
            plan_dir=_folder_or_file(values, "KPI_PLAN_DIR"),
            geojson=_path(values, "KPI_GEOJSON"),
            host_names=_host_names(values, "KPI_HOST_NAMES"),
            auth=auth,
            roles_csv=_path(values, "KPI_ROLES"),
            person_claim=values.get("KPI_PERSON_CLAIM") or "email",
            idle_minutes=_positive_int(values, "KPI_IDLE_MINUTES", DEFAULT_IDLE_MINUTES),
            access_contact=values.get("KPI_ACCESS_CONTACT") or "",
            upload_timeout_s=_positive_int(values, "KPI_UPLOAD_TIMEOUT", DEFAULT_UPLOAD_TIMEOUT_S),
            draws_ahead=_yes_or_no(values, "KPI_DRAW_AHEAD"),
            backup_max_hours=_positive_int(values, "KPI_BACKUP_MAX_HOURS", DEFAULT_BACKUP_MAX_HOURS),
            backups_kept=_backups_kept(values, "KPI_BACKUP_KEEP"),
            monitor_token=_token(values, "KPI_MONITOR_TOKEN"),
            programmes_csv=programmes_csv,
            programmes=programmes,
            app_url=_app_url(values, "KPI_APP_URL"),
            mail_server=_mail_server(values, "KPI_MAIL_SERVER"),
            mail_from=_mail_address(values, "KPI_MAIL_FROM"),
            builder_url=_database(values, "KPI_BUILDER_URL"),
            own_compiled_dir=_path(values, "KPI_COMPILED_DIR"),
        )
        return settings.of_programme(code or settings.codes[0]) if programmes or code else settings


def language_of_commands() -> str:
    """Return the language of the command line, also where another setting cannot be used."""
    try:
        values = _read_env_file(PROJECT_ROOT / ".env")
    except SettingsError:
        values = {}
    lang = os.environ.get("KPI_LANG") or values.get("KPI_LANG")
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _data_dir(values: Mapping[str, str]) -> Path:
    """Return the data folder, which need not exist yet. Raises SettingsError where a file, or a link that leads to no
    folder, is in its place."""
    path = Path(values.get("KPI_DATA_DIR") or PROJECT_ROOT / "data").expanduser().absolute()
    existing = next((one for one in (path, *path.parents) if os.path.lexists(one)), path)
    if not _may_be_folder(existing):
        raise SettingsError(f"KPI_DATA_DIR: {existing}", "no_folder")
    return path


def _may_be_folder(path: Path) -> bool:
    """Return whether a path is a folder, or this account may not see what it is."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


# Settings of one data folder, which the programmes of an installation cannot share.
_OF_ONE_PLAN = ("KPI_WAREHOUSE_URL", "KPI_BUILDER_URL", "KPI_OPS_URL", "KPI_ROLES")


def _programmes(values: Mapping[str, str]) -> tuple[Path | None, tuple[Programme, ...]]:
    """Return the list of programmes and its path. Raises SettingsError."""
    text = values.get("KPI_PROGRAMMES")
    if not text:
        return None, ()
    if shared := [name for name in _OF_ONE_PLAN if values.get(name)]:
        raise SettingsError(", ".join(shared), "own_folders")
    path = Path(text).expanduser().absolute()
    try:
        return path, read_programmes(path)
    except ProgrammesError as error:
        raise SettingsError(f"KPI_PROGRAMMES: {error}", error.why) from error


def _warehouse_url(data_dir: Path) -> str:
    return duckdb_address(data_dir / "published" / "warehouse.duckdb")


def _ops_url(data_dir: Path) -> str:
    return sqlite_address(data_dir / "registry.sqlite")


def duckdb_address(path: Path) -> str:
    """Return the address of a DuckDB file. Raises SettingsError."""
    return f"{_DUCKDB}///{_in_address(path)}"


def sqlite_address(path: Path) -> str:
    """Return the address of a SQLite file. Raises SettingsError."""
    return f"{_SQLITE}///{_in_address(path)}"


def _in_address(path: Path) -> str:
    """Return a path whose percent signs are read as such. Raises SettingsError for one that DuckDB cannot write to."""
    if "?" in str(path):
        raise SettingsError(f"KPI_DATA_DIR: {path}", "question_mark")
    return str(path).replace("%", "%25")


# Settings are read for each request.
@lru_cache(maxsize=8)
def server_address(text: str) -> str:
    """Return the address of a PostgreSQL database as every part of the program takes it.

    It names the driver that the program has, and its password where messages hide it. Raises ValueError for any other
    address.
    """
    # Most commands of an embedded installation need it later or not at all.
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        # Their messages quote parts of the password.
        raise ValueError(SERVER_ADDRESS) from None
    if url.get_backend_name() != "postgresql" or "@" in (url.host or ""):
        raise ValueError(SERVER_ADDRESS)
    for password in url.normalized_query.get("password", ()):
        url = url.set(password=password)
    url = url.set(drivername="postgresql+psycopg").difference_update_query(["password"])
    return url.render_as_string(hide_password=False)


def _database(values: Mapping[str, str], name: str, embedded: str = "") -> str:
    """Return the address of a database, on a server or, beginning with `embedded`, in a file. Raises SettingsError."""
    text = (values.get(name) or "").strip()
    if embedded and text.startswith(embedded):
        if not text.removeprefix(f"{embedded}///") or not text.startswith(f"{embedded}///"):
            raise SettingsError(f"{name}: {text!r} ({embedded}////var/lib/kpi/…)")
        return text
    if not text:
        return text
    try:
        return server_address(text)
    except ValueError as error:
        # The value may have a password, so it is not repeated.
        raise SettingsError(f"{name}: {error}") from None


def _read_env_file(path: Path) -> dict[str, str]:
    """Return the KEY=VALUE lines of a `.env`, without blank lines, comments and keys without the prefix.

    Raises SettingsError for a file that is not in UTF-8.
    """
    if not path.is_file():
        return {}
    try:
        # Editors of Windows begin a file with a mark, which would hide its first line.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: UTF-8") from None
    values = {}
    for line in text.splitlines():
        key, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and key.startswith("KPI_"):
            values[key.strip()] = value.strip().strip("\"'")
    return values


def _path(values: Mapping[str, str], name: str) -> Path | None:
    text = values.get(name)
    return Path(text).expanduser().absolute() if text else None


def _folder_or_file(values: Mapping[str, str], name: str) -> Path | None:
    path = _path(values, name)
    if path and not path.exists():
        raise SettingsError(f"{name}: {values[name]!r}", "no_such_path")
    return path


def _yes_or_no(values: Mapping[str, str], name: str) -> bool:
    answer = values.get(name) or "yes"
    if answer not in ("yes", "no"):
        raise SettingsError(f"{name}: {answer!r} (yes | no)")
    return answer == "yes"


def _app_url(values: Mapping[str, str], name: str) -> str:
    text = (values.get(name) or "").rstrip("/")
    parts = urlsplit(text)
    is_ours = parts.scheme in ("http", "https") and parts.netloc and not (parts.path or parts.query or parts.fragment)
    if text and not is_ours:
        raise SettingsError(f"{name}: {text!r} (https://kpi.example.vn)")
    return text


def _mail_server(values: Mapping[str, str], name: str) -> MailServer | None:
    text = values.get(name)
    if not text:
        return None
    # The value may have a password, so it is not repeated.
    wrong = SettingsError(f"{name}: smtps://USER:PASSWORD@mail.example.vn | smtp://… (STARTTLS)")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query:
        raise wrong
    is_tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or (465 if is_tls else 587), is_tls, user, password)


def _mail_address(values: Mapping[str, str], name: str) -> str:
    text = values.get(name) or ""
    if text and not _MAIL_ADDRESS.fullmatch(text):
        raise SettingsError(f"{name}: {text!r} (kpi@example.vn)")
    return text


def _token(values: Mapping[str, str], name: str) -> str:
    token = values.get(name) or ""
    if token and (len(token) < LEAST_TOKEN_LENGTH or not token.isascii() or not token.isprintable() or " " in token):
        # The value is a secret, so it is not repeated.
        raise SettingsError(name, "token")
    return token


def _backups_kept(values: Mapping[str, str], name: str) -> BackupsKept:
    text = values.get(name)
    if not text:
        return BackupsKept()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != len(fields(BackupsKept)) or not all(part.isdecimal() for part in parts):
        raise SettingsError(f"{name}: {text!r} (7,5,24)")
    return BackupsKept(*map(int, parts))


def _date(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {text!r} (YYYY-MM-DD)") from error


def _host_names(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in values.get(name, "").split(",") if part.strip())
    for host in names:
        if not _HOST_NAME.fullmatch(host):
            raise SettingsError(f"{name}: {host!r}", "host_name")
    return names


def _positive_int(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name)
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"{name}: {text!r} (1, 2, 3 …)")
    return int(text)


def _memory_mb(values: Mapping[str, str], name: str, default: int) -> int:
    """Return a setting in megabytes, or what the machine can give if that is less. Raises SettingsError."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 10**6
    return min(_positive_int(values, name, default), int(_MOST_MEMORY * machine))
