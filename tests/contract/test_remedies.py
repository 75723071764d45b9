"""The lines that the self-check gives for CORS, in real web servers before a CRM: each header stands there once."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connector.checkup import remedy
from contract.webservers import PROGRAMS, in_front
from workshop.serving import Server

pytestmark = pytest.mark.slow
SENT: Mapping[str, Mapping[str, str]] = {"/all": dict(remedy.CORS), "/none": {}}
"""What the CRM sends at these paths."""


async def crm(scope: Scope, receive: Receive, send: Send) -> None:
    """A CRM that answers some calls with an error, and some without the headers."""
    request = Request(scope)
    status = 500 if "error" in request.query_params else 200
    await Response("{}", status, dict(SENT[request.url.path]))(scope, receive, send)


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_cors_header_comes_once_whatever_the_crm_sends(name: str) -> None:
    with Server(crm) as behind, in_front(name, behind.port, remedy.cors(name)) as port:
        for path in ("/all", "/none", "/all?error", "/none?error"):
            line = http.client.HTTPConnection("127.0.0.1", port)
            line.request("POST", path, "{}")
            headers = line.getresponse().headers
            line.close()
            sent = [(one, headers.get_all(one)) for one, _ in remedy.CORS]
            assert sent == [(one, [value]) for one, value in remedy.CORS], path
