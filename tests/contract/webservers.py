"""Real web servers on this machine's loopback address: nginx, Apache and Caddy, with what the build wrote for them.

with serving("nginx", dist, beside, certificate) as port: ...
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from patience import LONGEST
from workshop.certificate import Certificate

EXPECTED = "MAIL_CONNECTOR_SERVERS"
"""Names the servers that have to be there: without one of them a test fails."""
PACKAGES = {"nginx": "nginx", "apache": "apache2", "caddy": "caddy"}
"""Debian's names for them."""
PROGRAMS = {"nginx": "nginx", "apache": "apache2", "caddy": "caddy"}
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
APACHE_MODULES = Path("/usr/lib/apache2/modules")
LOADED = "unixd filter mpm_event authz_core dir mime headers rewrite ssl http2 deflate setenvif env socache_shmcb alias"
LISTENS = re.compile(r"^ *listen \[::\].*\n", re.M)


def program(name: str) -> str:
    """Return the server's program; leave the test out where it is not here, unless it has to be."""
    found = shutil.which(PROGRAMS[name], path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None and name not in os.environ.get(EXPECTED, "").split():
        pytest.skip(f"{name} is missing (Debian: apt install {PACKAGES[name]})")
    assert found, f"{name} is missing, and has to be here ({EXPECTED})"
    return found


def has_ipv6() -> bool:
    """Whether this machine has IPv6 on its loopback interface."""
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def serving(name: str, dist: Path, beside: Path, certificate: Certificate) -> Iterator[tuple[int, Path]]:
    """Serve a built pane below ``/pane/``; gives the port of https, and the folder that is served."""
    program(name)
    with _folder() as folder:
        served, port = folder / "site" / "pane", free_port()
        shutil.copytree(dist, served)
        if name == "apache":
            shutil.copyfile(beside / ".htaccess", served / ".htaccess")
        arguments = {"nginx": _nginx, "apache": _apache, "caddy": _caddy}[name](folder, beside, certificate, port)
        with _running(name, arguments, folder, port):
            yield port, served


@contextlib.contextmanager
def in_front(name: str, behind: int, lines: str) -> Iterator[int]:
    """Hand all on to a server of this machine, with some lines in the settings; gives the port of plain http."""
    program(name)
    with _folder() as folder:
        port = free_port()
        if name == "nginx":
            proxy = f"location / {{ proxy_pass http://127.0.0.1:{behind}; {lines} }}"
            arguments = _nginx_with(folder, f"server {{ listen 127.0.0.1:{port}; {proxy} }}")
        elif name == "apache":
            text = f"ProxyPass / http://127.0.0.1:{behind}/\n{lines}"
            arguments = _apache_with(folder, port, text, "proxy proxy_http")
        else:
            arguments = _caddy_with(
                folder, f"http://127.0.0.1:{port} {{\n{lines}\nreverse_proxy 127.0.0.1:{behind}\n}}\n"
            )
        with _running(name, arguments, folder, port):
            yield port


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pane-host-"))
    folder.chmod(0o755)  # servers that root starts read as somebody else
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(name: str, arguments: list[str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "log"
    environ = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with log.open("wb") as said:
        running = subprocess.Popen([program(name), *arguments], cwd=folder, stdout=said, stderr=said, env=environ)
    try:
        _wait(running, port, log)
        yield
    finally:
        running.terminate()
        running.wait(LONGEST)


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server listens; it is asked again and again, as it tells nobody."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text("utf-8")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    pytest.fail(f"{running.args!r} does not listen: {log.read_text('utf-8')}")


def _as_root(line: str) -> str:
    return line if hasattr(os, "geteuid") and os.geteuid() == 0 else ""


def _nginx(folder: Path, beside: Path, certificate: Certificate, port: int) -> list[str]:
    text = (beside / "nginx.conf").read_text("utf-8")
    text = text.replace("443", str(port)).replace("root /srv/pane;", f"root {folder}/site;")
    text = re.sub(r"ssl_certificate +\S+", f"ssl_certificate {certificate.chain};", text)
    text = re.sub(r"ssl_certificate_key +\S+", f"ssl_certificate_key {certificate.key};", text)
    if not has_ipv6():
        text = LISTENS.sub("", text)
    if BROTLI.exists():
        text = text.replace("# brotli_static on;", "brotli_static on;")
    return _nginx_with(folder, text)


def _nginx_with(folder: Path, text: str) -> list[str]:
    (folder / "pane.conf").write_text(text, "utf-8")
    places = "client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path".split()
    lines = [
        _as_root("user root;"),
        f"load_module {BROTLI};" if BROTLI.exists() else "",
        f"pid {folder}/pid; error_log stderr; worker_processes 1; daemon off;",
        "events { } http { access_log off; ssl_session_cache off;",
        *[f"{place} {folder}/{place};" for place in places],
        f"include {folder}/pane.conf; }}",
    ]
    (folder / "nginx.conf").write_text("\n".join(lines), "utf-8")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def _apache(folder: Path, _beside: Path, certificate: Certificate, port: int) -> list[str]:
    # `certificate` may be readable by its owner alone: Apache reads it before it becomes somebody else.
    lines = [
        "Protocols h2 http/1.1",
        "AddLanguage br .br",
        "AddOutputFilterByType DEFLATE text/html text/css text/javascript application/json",
        f'SSLEngine on\nSSLCertificateFile "{certificate.chain}"\nSSLCertificateKeyFile "{certificate.key}"',
        f'DocumentRoot "{folder}/site"\n<Directory "{folder}/site">\nAllowOverride All\nRequire all granted',
        "</Directory>",
    ]
    return _apache_with(folder, port, "\n".join(lines))


def _apache_with(folder: Path, port: int, text: str, more: str = "") -> list[str]:
    types = Path("/etc/mime.types")
    modules = [one for one in f"{LOADED} {more}".split() if (APACHE_MODULES / f"mod_{one}.so").exists()]
    lines = [
        *[f"LoadModule {one}_module {APACHE_MODULES}/mod_{one}.so" for one in modules],
        f'ServerRoot "{folder}"\nPidFile {folder}/pid\nErrorLog /dev/stderr\nDefaultRuntimeDir {folder}',
        f"Mutex file:{folder}\nListen 127.0.0.1:{port}\nServerName localhost",
        f"TypesConfig {types if types.exists() else '/dev/null'}",
        _as_root("User www-data\nGroup www-data"),
        text,
    ]
    (folder / "apache.conf").write_text("\n".join(lines) + "\n", "utf-8")
    return ["-d", str(folder), "-f", str(folder / "apache.conf"), "-DFOREGROUND"]


def _caddy(folder: Path, beside: Path, certificate: Certificate, port: int) -> list[str]:
    text = (beside / "Caddyfile").read_text("utf-8")
    text = text.replace("root * /srv/pane", f"tls {certificate.chain} {certificate.key}\n\troot * {folder}/site")
    text = text.replace("localhost {", f"https://localhost:{port} {{")
    return _caddy_with(folder, text)


def _caddy_with(folder: Path, text: str) -> list[str]:
    options = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(options + text, "utf-8")
    return ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def trusting(certificate: Certificate, *protocols: str) -> ssl.SSLContext:
    """Return what trusts this certificate, and offers these protocols."""
    context = ssl.create_default_context(cafile=str(certificate.chain))
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context
