"""A sandbox CRM with the component, served, and a bare client of it: the surroundings of the component's tests."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx

from patience import LONGEST
from sandbox_crm.crm import SandboxCrm

SIGN_IN_PAGE = "https://addin.example.com/signin.html"
NOW = datetime.datetime(2026, 11, 23, 20, 15, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
PASSWORDS = {"admin": "admin-sandbox", "agent": "agent-sandbox", "sara": "sara-sandbox", "jürgen": "jürgen-sandbox"}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.now += datetime.timedelta(**time)


class Pkce:
    """What a client makes for one trip to the sign-in page."""

    def __init__(self) -> None:
        self.verifier, self.state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def query(self, **changes: str | None) -> str:
        """The query of the sign-in page; None leaves a parameter out."""
        given: dict[str, str | None] = {
            "module": "MailConnector",
            "action": "Authorize",
            "contract": "1",
            "redirect_uri": SIGN_IN_PAGE,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "device": "Outlook on the web",
            "stay": "1",
            "pane": "1.0.0",
        }
        given.update(changes)
        given_ones = {name: value for name, value in given.items() if value is not None}
        return urlencode(given_ones, quote_via=quote)


class Caller:
    """Calls the component of one CRM."""

    def __init__(self, url: str, crm: SandboxCrm) -> None:
        self.crm = crm
        self.headers: dict[str, str] = {}
        """Headers that every request has, as a proxy or a liar writes them."""
        self.url = f"{url}{crm.path_prefix}"
        self.http = httpx.Client(base_url=f"{self.url}/", timeout=LONGEST)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def raw(self, operation: str, token: str = "", origin: str = "", /, **given: Any) -> httpx.Response:
        """Call an operation."""
        sent = self.headers | ({"Authorization": f"Bearer {token}"} if token else {})
        sent |= {"Origin": origin} if origin else {}
        return self.http.post(f"restapi/v1/vtews/{operation}", json=given, headers=sent)

    def upload(self, operation: str, token: str, files: Mapping[str, bytes], /, **given: str) -> httpx.Response:
        """Call an operation with files, by their names."""
        fields = ["file"] if operation == "mailconnectorfile" else [f"file{number}" for number in range(len(files))]
        parts = [(field, pair) for field, pair in zip(fields, files.items(), strict=True)]
        sent = {"Authorization": f"Bearer {token}"}
        return self.http.post(f"restapi/v1/vtews/{operation}", data=given, files=parts, headers=sent)

    def parts(self, operation: str, token: str, parts: Mapping[str, bytes], /, **given: str) -> httpx.Response:
        """Call an operation with files, by the names of their parts."""
        sent = {"Authorization": f"Bearer {token}"}
        files = {field: ("x", content) for field, content in parts.items()}
        return self.http.post(f"restapi/v1/vtews/{operation}", data=given, files=files, headers=sent)

    def data(self, operation: str, token: str = "", origin: str = "", /, **given: Any) -> dict[str, Any]:
        """Call an operation that answers in the component's envelope."""
        answer = self.raw(operation, token, origin, **given)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        assert data["contract"] == 1
        return data

    def result(self, operation: str, token: str = "", origin: str = "", /, **given: Any) -> Any:
        """Call an operation that must succeed."""
        data = self.data(operation, token, origin, **given)
        assert data["ok"] is True, data
        return data["result"]

    def code(self, operation: str, token: str = "", origin: str = "", /, **given: Any) -> str:
        """Call an operation that must be refused; returns the code."""
        data = self.data(operation, token, origin, **given)
        assert data["ok"] is False, data
        return str(data["code"])

    def login(self, user: str = "agent", **given: Any) -> dict[str, Any]:
        """Sign in with the password; returns the result."""
        session: dict[str, Any] = self.result("mailconnectorlogin", username=user, password=PASSWORDS[user], **given)
        return session

    def token(self, user: str = "agent", **given: Any) -> str:
        """Sign in with the password; returns the token."""
        return str(self.login(user, **given)["token"])

    def works(self, token: str) -> bool:
        """Whether a token is taken by an operation that needs one."""
        return bool(self.data("mailconnectorfind", token)["ok"])

    def link(self, user: str, record: str, **changes: str) -> str:
        """Store a mail as a user and link it to a record; returns the mail's id."""
        mail = {"subject": "Offer 42", "message_id": "<offer-42@northwind.example>"} | changes
        given = {"mail": json.dumps(mail), "targets": json.dumps([record])}
        return str(self.result("mailconnectorlink", self.token(user), **given)["message"]["id"])


class Window:
    """A browser window without scripts: cookies, forms, redirects."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(timeout=LONGEST, follow_redirects=False)
        self.base = url
        self.answer = httpx.Response(204)

    def close(self) -> None:
        """Close the window."""
        self.http.close()

    def clear(self) -> None:
        """Forget cookies and the page."""
        self.http.cookies.clear()
        self.answer = httpx.Response(204)

    def go(self, url: str) -> httpx.Response:
        """Open an address and follow redirects within the CRM."""
        return self.follow(self.http.get(url))

    def send(self, **fields: str) -> httpx.Response:
        """Send the page's first form, with its hidden fields and these."""
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.answer.text.partition("</form>")[0])
        action = re.search(r'<form method="post" action="([^"]+)"', self.answer.text)
        target = self.answer.url.join(unescape(action[1])) if action else self.answer.url
        return self.follow(self.http.post(target, data=dict(hidden) | fields))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Take an answer and follow its redirects, but not into the pane."""
        while answer.is_redirect and not answer.headers["location"].startswith(SIGN_IN_PAGE):
            answer = self.http.get(answer.url.join(answer.headers["location"]))
        self.answer = answer
        return answer

    def link(self, text: str) -> str:
        """The address behind a link."""
        found = re.search(rf'<a href="([^"]+)">{re.escape(text)}</a>', self.answer.text)
        assert found is not None, self.answer.text
        return str(self.answer.url.join(unescape(found[1])))

    def returned(self) -> dict[str, str]:
        """What the sign-in page handed back to the pane."""
        location = self.answer.headers["location"]
        assert location.startswith(f"{SIGN_IN_PAGE}#"), location
        return {name: values[0] for name, values in parse_qs(urlsplit(location).fragment).items()}

    def authorize(self, pkce: Pkce, user: str = "agent", /, **changes: str | None) -> dict[str, str]:
        """Go the whole way as a user who allows it; returns what came back, empty where nothing does."""
        self.go(f"{self.base}/index.php?{pkce.query(**changes)}")
        if 'name="user_name"' in self.answer.text:
            self.send(user_name=user, user_password=PASSWORDS[user])
        if 'name="decision"' in self.answer.text:
            self.send(decision="allow")
        return self.returned() if self.answer.is_redirect else {}
