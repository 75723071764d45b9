"""A bare client of vtenext's REST API for the tests of the sandbox CRM: it sends what it is told and checks nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

from patience import LONGEST
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from workshop.serving import Server

File = tuple[str, str, bytes, str]
"""Form field, file name, content, media type."""

MAIL = {
    "subject": "Offer 42",
    "mdate": "2026-11-20 10:11:12",
    "mfrom": "mary.smith@northwind.example",
    "mto": "sales@ourcompany.example",
    "messageid": "<offer-42@northwind.example>",
    "description": "<p>Hello <b>world</b></p>",
    "mtype": "Link",
}
WITH_FILES = {"hasattachments": "True", "external_plugin": "true"}


class Vtews:
    """Calls of one CRM, with the current access key of whoever calls."""

    def __init__(self, url: str, crm: SandboxCrm, **options: Any) -> None:
        self.crm = crm
        self.url = f"{url}{crm.path_prefix}"
        self.http = httpx.Client(base_url=f"{self.url}/restapi/v1/vtews/", timeout=LONGEST, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def authorization(self, user: str, key: str | None = None) -> dict[str, str]:
        """The header of a user with the right key, or with another."""
        token = f"{user}:{self.crm.access_key(user) if key is None else key}"
        return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}

    def call(
        self, operation: str, *, user: str | None = "admin", key: str | None = None, **given: Any
    ) -> httpx.Response:
        """Send a JSON call."""
        headers = self.authorization(user, key) if user else {}
        return self.http.post(operation, json=given, headers=headers)

    def data(self, operation: str, *, user: str = "admin", **given: Any) -> Any:
        """Send a JSON call that must succeed and return its data."""
        answer = self.call(operation, user=user, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def query(self, text: str, user: str = "admin") -> list[dict[str, str]]:
        """Run a query that must succeed."""
        rows: list[dict[str, str]] = self.data("query", user=user, query=text)
        return rows

    def create(
        self, module: str, element: Mapping[str, Any], files: Sequence[File] = (), user: str = "admin"
    ) -> httpx.Response:
        """Create a record, as multipart when files travel along."""
        given = {"elementType": module, "element": json.dumps(element)}
        if not files:
            return self.call("create", user=user, **given)
        parts = [(field, (name, content, kind)) for field, name, content, kind in files]
        return self.http.post("create", data=given, files=parts, headers=self.authorization(user))

    def mail(self, files: Sequence[File] = (), user: str = "admin", **changes: Any) -> dict[str, str]:
        """Store a mail and return the answer's data."""
        answer = self.create("Messages", MAIL | (WITH_FILES if files else {}) | changes, files, user)
        assert answer.status_code == 200, answer.text
        stored: dict[str, str] = answer.json()["data"]
        return stored

    def relate(self, source: str, *targets: str, user: str = "admin") -> httpx.Response:
        """Relate a record to others."""
        return self.call("relate", user=user, id=source, relatelist=json.dumps(targets), relationid="")


@contextmanager
def elsewhere(crm: SandboxCrm) -> Iterator[Vtews]:
    """Somebody else who calls this CRM, whoever else does."""
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as other:
        yield other
