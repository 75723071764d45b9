r"""Run the sandbox CRM on its own: a stand-in for vtenext's REST API, for those who test a client.

    python scripts/sandbox.py                                       # https, a free port, data in memory
    python scripts/sandbox.py --http --port 8080 --database crm.db  # plain http, data kept in a file
    python scripts/sandbox.py --quirk subject_limit=100 --quirk sanitize_html=false --latency 150

Stop it with Ctrl+C. While it runs, faults are scripted at {crm}/sandbox/faults:

    curl -H 'Content-Type: application/json' {crm}/sandbox/faults \
         -d '{"operation": "create", "kind": "reset", "module": "Messages", "when": "after"}'

and {crm}/sandbox/unlock (a user that is locked), {crm}/sandbox/reset (back to the sample data).
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import re
import signal
import sqlite3
import sys
import threading
import zoneinfo
from collections.abc import Iterator, Sequence

from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import KINDS
from sandbox_crm.quirks import Quirks
from sandbox_crm.store.users import SEED_USERS
from workshop import commands
from workshop.certificate import certificate_for
from workshop.checkout import CACHE
from workshop.serving import Server


def main(arguments: Sequence[str] | None = None, *, stop: threading.Event | None = None) -> int:
    """Serve until Ctrl+C (or ``stop``); returns the exit code. Says on stdout where the CRM is and who signs in."""
    options = _parser().parse_args(arguments)
    try:
        quirks = Quirks.parse(options.quirk)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.latency:
        quirks = dataclasses.replace(quirks, latency=options.latency / 1000)
    try:
        crm = SandboxCrm(
            component=Component() if options.component else None,
            path_prefix=options.path,
            quirks=quirks,
            database=options.database,
            time_zone=options.time_zone,
            id_offset=options.id_offset,
        )
    except sqlite3.Error as error:
        print(f"--database {options.database}: it can't be used as a SQLite database ({error}).", file=sys.stderr)
        return 1
    certificate = None if options.http else certificate_for(["localhost", "127.0.0.1"], CACHE / "certificate")
    stopped = stop or threading.Event()
    try:
        with Server(create_app(crm), port=options.port, certificate=certificate) as server:
            _announce(crm, server.url)
            with _interruptible(stopped):
                stopped.wait()
    except OSError as error:
        print(f"Port {options.port} can't be used: {error.strerror}. Choose another with --port.", file=sys.stderr)
        return 1
    finally:
        crm.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    about, _, examples = (__doc__ or "").partition("\n\n")
    quirks = "\n".join(
        f"  {q.name}={str(q.default).lower()}" for q in dataclasses.fields(Quirks) if q.name != "latency"
    )
    faults = "\n".join(f"  {kind}: {text}" for kind, text in KINDS.items())
    parser = commands.Options(
        description=about,
        epilog=f"examples:\n{examples}\nquirks and their defaults:\n{quirks}\n\nkinds of faults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=commands.port, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--http", action="store_true", help="plain http instead of https with a certificate of its own")
    parser.add_argument("--path", type=_path, default="/crm", help="where the CRM lives below the root (default: /crm)")
    parser.add_argument("--database", default=":memory:", metavar="FILE", help="keep the data in a SQLite file")
    parser.add_argument("--quirk", action="append", default=[], metavar="NAME=VALUE", help="change a quirk (see below)")
    parser.add_argument(
        "--latency", type=commands.amount, default=0, metavar="MS", help="milliseconds that each call waits"
    )
    parser.add_argument("--component", action="store_true", help="with the Mail Connector component and a licence")
    parser.add_argument("--time-zone", type=_zone, default="Europe/Rome", help="the server's (default: Europe/Rome)")
    parser.add_argument(
        "--id-offset", type=commands.whole(0), default=0, help="number added to all module ids (default: 0)"
    )
    return parser


def _path(text: str) -> str:
    path = "/" + text.strip("/")
    if not re.fullmatch(r"/[\w.~/-]*", path, re.ASCII):
        raise commands.wrong(f"{text!r} is no path such as /crm")
    return path


def _zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (OSError, LookupError, ValueError):
        raise commands.wrong(f"{text!r} is no time zone such as Europe/Rome") from None
    return text


def _announce(crm: SandboxCrm, url: str) -> None:
    print(f"Sandbox CRM: {url}{crm.path_prefix}\n\nUsers:")
    for user in SEED_USERS:
        print(f"  {user.name:8} password {user.password:16} {user.about}")
    print("\nStop with Ctrl+C.", flush=True)


@contextlib.contextmanager
def _interruptible(stopped: threading.Event) -> Iterator[None]:
    """End quietly on Ctrl+C and on a request of the system to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {which: signal.signal(which, lambda *_: stopped.set()) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for which, handler in kept.items():
            signal.signal(which, handler)
