"""nginx before the app, with the settings that ship with the project."""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

PROGRAM = Path(shutil.which("nginx") or "/usr/sbin/nginx")
SETTINGS = Path(__file__).parents[1] / "deploy" / "nginx" / "plan-progress.conf"
# Changes for what has nothing to do with encryption.
UNENCRYPTED = {
    " ssl;": ";",
    "ssl_certificate     /etc/nginx/kpi.crt;": "",
    "ssl_certificate_key /etc/nginx/kpi.key;": "",
}


@contextmanager
def running_nginx(folder: Path, apps: Sequence[str], changes: Mapping[str, str]) -> Iterator[int]:
    """Run nginx before processes of the app, each a name and port, with changes to the project's settings; yields its
    port."""
    port, settings = free_port(), folder / "nginx.conf"
    settings.write_text(_settings(folder, port, apps, changes), encoding="utf-8")
    command = [PROGRAM, "-c", settings, "-e", folder / "error.log"]
    # It listens when this ends, and goes on in the background.
    subprocess.run(command, check=True)
    try:
        yield port
    finally:
        subprocess.run([*command, "-s", "stop"], check=True)


def _settings(folder: Path, port: int, apps: Sequence[str], changes: Mapping[str, str]) -> str:
    server = SETTINGS.read_text(encoding="utf-8")
    for there, here in {
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "listen 443": f"listen 127.0.0.1:{port}",
        "    server 127.0.0.1:8501 max_fails=0;": "\n".join(f"    server {app} max_fails=0;" for app in apps),
        **changes,
    }.items():
        assert there in server
        server = server.replace(there, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    me = f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"
    return (
        f"user {me}; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; {places}\n{server} }}\n"
    )
