"""The PHP component in the place of the sandbox's: the same tests, the shipped PHP, the CRM played by the sandbox.

PHP's own web server runs ``tests/php/front.php``; what that needs of a CRM it asks `Bridge`, in this process.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import socketserver
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from contract.component_crm import SIGN_IN_PAGE, Pkce
from patience import LONGEST
from sandbox_crm.bodies import Upload
from sandbox_crm.component.calls import user_answer
from sandbox_crm.component.codes import LIFETIME, SentCode
from sandbox_crm.component.component import Component
from sandbox_crm.component.devices import hashed
from sandbox_crm.component.forms import Forms
from sandbox_crm.component.leads import Leads
from sandbox_crm.component.mails import Mails
from sandbox_crm.component.records import Records
from sandbox_crm.component.remarks import Remarks
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.accounts import Account

FOLDER = Path(__file__).resolve().parents[1] / "php"
MANIFEST = FOLDER.parents[1] / "crm" / "manifest.xml"


def php() -> str:
    """Return the PHP of this machine; without one the test fails, in CI, or is skipped."""
    found = shutil.which("php")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("There is no php here: .ci/run installs php-cli.")
        pytest.skip("There is no php here (Debian: php-cli).")
    return found


@dataclass(frozen=True)
class PhpDevice:
    """A live device of the PHP component."""

    user: str
    name: str


class PhpComponent(Component):
    """The settings of `Component`, for the PHP component; what happens is in its database."""

    def attach(self, bridge: Bridge) -> PhpComponent:
        """Bind it to a CRM, with empty tables."""
        self._bridge = bridge
        self.devices = self  # type: ignore[assignment]
        self.codes = self  # type: ignore[assignment]
        self.sent: list[SentCode] = []
        bridge.component = self
        bridge.new_database()
        return self

    def _change(self, user: str | None, changes: str) -> None:
        number = self._bridge.crm._account(user).number if user else None
        statement = f"UPDATE vte_mailconnector_devices SET {changes} WHERE ?1 IS NULL OR userid = ?1"  # noqa: S608
        self._bridge.on_sql(statement, [number])

    def live(self) -> list[PhpDevice]:
        """The live devices, oldest first."""
        names = {account.number: account.name for account in self._bridge.crm.store.accounts()}
        statement = "SELECT * FROM vte_mailconnector_devices WHERE revoked = 0 AND expires_at > ? ORDER BY deviceid"
        rows = self._bridge.on_sql(statement, [int(self.clock().timestamp())])["rows"]
        return [PhpDevice(names[row["userid"]], row["device_name"]) for row in rows]

    def secrets_kept(self) -> str:
        """All that is stored."""
        return "\n".join(self._bridge.database.iterdump())

    def noted(self) -> list[tuple[str, str, str]]:
        """The security log."""
        names = {account.number: account.name for account in self._bridge.crm.store.accounts()}
        rows = self._bridge.on_sql("SELECT * FROM vte_mailconnector_log ORDER BY logid", [])["rows"]
        return [(row["event"], names.get(row["userid"], ""), row["detail"]) for row in rows]

    @property
    def seats_used(self) -> int:
        """How many users hold a seat."""
        return len({device.user for device in self.live()})

    def expire_tokens(self, user: str | None = None) -> None:
        """Let tokens be past their time."""
        self._change(user, f"expires_at = {int(self.clock().timestamp()) - 1}, old_until = 0")

    def revoke_tokens(self, user: str | None = None) -> None:
        """Revoke devices."""
        self._change(user, "revoked = 1")

    def last(self, user: str) -> str:
        """The last code of a user."""
        return next(one.code for one in reversed(self.sent) if one.user == user)


class Bridge:
    """Answers what PHP asks of the CRM."""

    def __init__(self, crm: SandboxCrm) -> None:
        self.crm = crm
        self.component: PhpComponent | None = None
        self.database = sqlite3.connect(":memory:")
        self.new_database()

    def new_database(self) -> None:
        """Start with empty tables, made from the schema that the package ships."""
        self.database.close()
        self.database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.database.row_factory = sqlite3.Row
        self._numbers: dict[str, int] = {}
        self._locks: dict[str, threading.Lock] = {}
        self.before: dict[str, Callable[[], object]] = {}
        """What happens once, just before a statement that begins like this."""
        for sql in ElementTree.parse(MANIFEST).iterfind("tables/table/sql"):  # noqa: S314  # our own
            schema = (sql.text or "").replace("TABLEPREFIX", "vte")
            table = ElementTree.fromstring(schema).find("table")  # noqa: S314
            assert table is not None
            self.database.execute(_create(table))

    def on_sql(self, statement: str, values: list[Any]) -> dict[str, Any]:
        """Run a statement of the component's."""
        try:
            cursor = self.database.execute(statement, values)
        except sqlite3.IntegrityError:
            return {"failed": True}
        rows = [dict(row) for row in cursor.fetchall()]
        return {"rows": rows, "affected": max(0, cursor.rowcount)}

    def on_lock(self, name: str, *, release: bool) -> int:
        """Take a lock of the database's, waiting for it, or give it back."""
        lock = self._locks.setdefault(name, threading.Lock())
        if release:
            lock.release()
            return 1
        return int(lock.acquire(timeout=LONGEST))

    def on_unique_id(self, table: str) -> int:
        """The next number of a table."""
        self._numbers[table] = self._numbers.get(table, 0) + 1
        return self._numbers[table]

    def on_deliver(self, user: str, channel: str, code: str) -> None:
        """Deliver a second-factor code."""
        assert self.component is not None
        now = self.crm.clock()
        self.component.sent.append(SentCode(user, channel, code, now, now + LIFETIME))

    def answer(self, given: dict[str, Any]) -> dict[str, Any]:
        """Answer one question: ``what``, and its parameters."""
        handler = getattr(self, f"on_{given.pop('what')}")
        for start in [start for start in self.before if str(given.get("statement", "")).startswith(start)]:
            self.before.pop(start)()
        if handler == self.on_lock:
            return {"value": handler(**given)}
        with self.crm.lock:
            return {"value": handler(**given)}

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Answer over HTTP; yields the address. Each answer is one write, so that nothing waits for the other side."""
        bridge = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                length = 0
                while (line := self.rfile.readline().strip().lower()) != b"":
                    name, _, value = line.partition(b":")
                    length = int(value) if name == b"content-length" else length
                body = json.dumps(bridge.answer(json.loads(self.rfile.read(length)))).encode()
                self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join()

    def on_settings(self) -> dict[str, Any]:
        """The component's settings and the time."""
        component = self.component
        assert component is not None
        return {
            "now": int(self.crm.clock().timestamp()),
            "licence": component.licence,
            "installation": component.installation,
            "until": ("2026-10-31" if component.licence == "expired" else component.until.isoformat()),
            "seats": max(1, component.seats),
            "redirects": "\n".join(sorted(component.redirects)),
            "proxies": "\n".join(sorted(component.proxies)),
            "create": ",".join(component.create) or "-",
            "password": "" if component.password else "off",
            "session_hours": int(component.hours),
            "stay_days": int(component.stay_days),
            "device_days": int(component.device_days),
            "relate_seconds": component.relate_seconds,
            "second_factor": component.second_factor,
            "page_only": sorted(component.page_only),
        }

    def on_version(self) -> dict[str, str]:
        """The CRM's version."""
        return {"version": "24.08.02", "build": "2531"}

    def on_limits(self) -> dict[str, int | None]:
        """The upload limits."""
        quirks = self.crm.quirks
        return {"file": quirks.upload_max_filesize, "request": quirks.post_max_size, "files": quirks.max_file_uploads}

    def on_account(self, id: int | None = None, name: str | None = None) -> dict[str, Any] | None:
        """A user by number or name."""
        accounts = self.crm.store.accounts()
        found = next((account for account in accounts if account.number == id or account.name == name), None)
        return self._account(found) if found else None

    def _account(self, account: Account) -> dict[str, Any]:
        told: dict[str, Any] = user_answer(self.crm, account) | {"id": account.number, "active": account.active}
        return told | {"password_mark": hashed(account.password), "key_mark": hashed(account.access_key)}

    def on_check(self, name: str, password: str) -> str:
        """Check a password."""
        account = next((account for account in self.crm.store.accounts() if account.name == name), None)
        assert self.component is not None
        if account is None or account.password != password:
            return "wrong"
        if not account.active:
            return "inactive"
        return "page" if name in self.component.page_refuses else "right"

    def _user(self, number: int) -> Any:
        account = next(account for account in self.crm.store.accounts() if account.number == number)
        return self.crm.access.user(account)

    def on_mails(self, method: str, user: int, given: list[Any]) -> Any:
        """Put a question of the component's to its counterpart on the sandbox."""
        if method == "attach":
            given[1] = Upload("file", given[1]["name"], given[1]["type"], base64.b64decode(given[1]["content"]))
        asked = next(kind for kind in (Mails, Records, Leads, Forms, Remarks) if hasattr(kind, method))
        counterpart = asked(self.crm, self._user(user))
        value = getattr(counterpart, method)(*given)
        pairs = {"copies", "records", "document_records", "numbered", "cases", "told", "of_mail", "converted"}
        if method == "with_addresses":
            value = [[module, number, mail] for module, known in value.items() for number, mail in known.items()]
        elif method in pairs:
            value = list(value.items())
        return {
            "value": value,
            "failed": list(getattr(counterpart, "unasked", ())),
            "cut": getattr(counterpart, "cut", False),
        }


def _create(table: ElementTree.Element) -> str:
    """Return the statement for a table of an AdoDB schema, with its types kept, so that wrong values are errors."""
    kinds = {"C": "TEXT", "XL": "TEXT", "I": "INTEGER", "N": "INTEGER"}
    columns = [
        f"{field.get('name')} {kinds[field.get('type') or '']}"
        + (f" CHECK (length({field.get('name')}) <= {field.get('size')})" if field.get("type") == "C" else "")
        for field in table.iterfind("field")
    ]
    keys = [field.get("name") or "" for field in table.iterfind("field") if field.find("KEY") is not None]
    columns.append(f"PRIMARY KEY ({', '.join(keys)})")
    return f"CREATE TABLE {table.get('name')} ({', '.join(columns)}) STRICT"


@contextlib.contextmanager
def php_web_server(script: Path, **environment: str) -> Iterator[str]:
    """Run a script behind PHP's own web server; yields its address. What it says goes into the test's output.

    It keeps what it has compiled, where it can.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [
        php(),
        "-d",
        "opcache.enable_cli=1",
        "-d",
        "display_errors=1",
        "-q",
        "-S",
        f"127.0.0.1:{port}",
        str(script),
    ]
    # A group of its own: where it has workers, they end with it.
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        end = time.monotonic() + LONGEST
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError("PHP's web server did not start.")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(LONGEST)


class PhpWindow:
    """A signed-in user who allows everything, in the place of a browser window."""

    def __init__(self, url: str) -> None:
        self.base = url
        self.http = httpx.Client(timeout=LONGEST, follow_redirects=False)
        self.answer = httpx.Response(204)

    def clear(self) -> None:
        """Forget the page."""
        self.answer = httpx.Response(204)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def authorize(self, pkce: Pkce, user: str = "agent", /, **changes: str | None) -> dict[str, str]:
        """Go to the sign-in page and allow; returns what came back, empty where nothing does."""
        self.answer = self.http.get(f"{self.base}/consent?{pkce.query(**changes)}", headers={"X-User": user})
        location = self.answer.headers.get("location", "")
        if not location.startswith(f"{SIGN_IN_PAGE}#"):
            return {}
        return {name: values[0] for name, values in parse_qs(urlsplit(location).fragment).items()}


@contextlib.contextmanager
def php_server(crm: SandboxCrm) -> Iterator[tuple[str, Bridge]]:
    """Run the PHP component for a CRM; yields its address and the bridge."""
    bridge = Bridge(crm)
    try:
        with (
            bridge.served() as asked,
            php_web_server(FOLDER / "front.php", MAIL_CONNECTOR_BRIDGE=asked, PHP_CLI_SERVER_WORKERS="3") as url,
        ):
            yield url, bridge
    finally:
        bridge.database.close()
