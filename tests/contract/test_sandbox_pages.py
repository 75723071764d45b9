"""The sandbox CRM's own pages: sign-in, records with their mails and documents, downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import httpx
import pytest

from contract.vtews import Vtews
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from workshop.serving import Server

HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def served() -> Iterator[Vtews]:
    crm = SandboxCrm()
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as client:
        yield client
    crm.close()


@pytest.fixture
def vtews(served: Vtews) -> Vtews:
    served.crm.reset()
    return served


@pytest.fixture
def browser(vtews: Vtews) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{vtews.url}/", follow_redirects=True) as client:
        yield client


def page(module: str, id_: str = "", action: str = "") -> str:
    number = id_.partition("x")[2]
    action = action or ("DetailView" if number else "index")
    return f"index.php?module={module}&action={action}" + (f"&record={number}" if number else "")


def sign_in(browser: httpx.Client, user: str, target: str = "index.php") -> httpx.Response:
    return browser.post(target, data={"user_name": user, "user_password": f"{user}-sandbox"})


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: dict[str, str] = {}
        self._link = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._link = dict(attrs).get("href") or "" if tag == "a" else ""

    def handle_data(self, data: str) -> None:
        if self._link and data.strip():
            self.links[data.strip()] = self._link


def test_after_signing_in_one_is_where_one_wanted_to_go(vtews: Vtews, browser: httpx.Client) -> None:
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    asked = browser.get(page("Contacts", contact))
    assert (asked.status_code, "Sign in" in asked.text) == (200, True)
    wrong = browser.post(page("Contacts", contact), data={"user_name": "agent", "user_password": "x"})
    assert (wrong.status_code, "Invalid username or password" in wrong.text) == (401, True)
    shown = sign_in(browser, "agent", page("Contacts", contact))
    assert "<h1>Contact: Mary Smith</h1>" in shown.text
    assert str(shown.url).endswith(page("Contacts", contact))
    cookie = next(iter(browser.cookies.jar))
    assert (cookie.has_nonstandard_attr("HttpOnly"), cookie.get_nonstandard_attr("SameSite")) == (True, "lax")
    assert "Sign in" in browser.get("index.php?module=Users&action=Logout").text


def test_what_stands_behind_a_plus_is_gone_after_signing_in(vtews: Vtews, browser: httpx.Client) -> None:
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    shown = sign_in(browser, "agent", f"{page('Contacts', contact)}&a=b%20c&d=e+f&g=h")
    assert shown.url.query.decode().endswith("&a=b%20c&d=e")
    browser.get("index.php?module=Users&action=Logout")
    vtews.crm.quirks = replace(vtews.crm.quirks, register_argc_argv=False)
    assert sign_in(browser, "agent", "index.php?a=b+c").url.query == b"a=b+c"


def test_every_page_is_strict(vtews: Vtews, browser: httpx.Client) -> None:
    mail = vtews.mail(user="agent")
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    vtews.relate(mail["id"], contact, user="agent")
    pages = [browser.get("index.php")]
    sign_in(browser, "agent")
    targets = ["", page("Contacts"), page("Contacts", contact), page("Messages", mail["id"]), page("Leads")]
    pages += [browser.get(target) for target in targets]
    for answer in pages:
        assert answer.headers["x-frame-options"] == "DENY"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        elements = _Elements(answer.text)
        assert "script" not in elements.tags
        assert not [name for name in elements.attributes if name.startswith("on") or name == "style"]
    assert pages[-1].status_code == 403


def test_a_record_shows_its_mails_and_documents(vtews: Vtews, browser: httpx.Client) -> None:
    name = "1_<script>alert(1)<script>'& ü€.txt"
    element = {
        "subject": HOSTILE,
        "mfrom_f": f"{HOSTILE} <x@y.example>",
        "description": "<p>Hi</p><script>x()</script>",
    }
    mail = vtews.mail(
        [("file0", "0_offer ü.pdf", b"one", "application/pdf"), ("file1", name, b"two", "text/html")], **element
    )
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    vtews.relate(mail["id"], contact)
    for document in vtews.crm.documents():
        vtews.relate(document.id, contact)
    link = {"notes_title": "A link", "filelocationtype": "E", "filename": "https://files.example/x?a=1&b=2"}
    bad = {"notes_title": "A bad link", "filelocationtype": "E", "filename": "javascript:alert(1)"}
    for element in (link, bad):
        vtews.relate(vtews.create("Documents", element).json()["data"]["id"], contact)
    sign_in(browser, "admin")
    elements = _Elements(browser.get(page("Contacts", contact)).text)
    assert "script" not in elements.tags
    assert HOSTILE in elements.links
    assert elements.links["A link"] == "https://files.example/x?a=1&b=2"
    assert "A bad link" not in elements.links
    assert browser.get(elements.links["offer ü.pdf"]).content == b"one"
    download = browser.get(elements.links[vtews.crm.documents()[1]["notes_title"]])
    assert download.content == b"two"
    assert download.headers["content-type"] == "text/html"
    assert download.headers["content-security-policy"].startswith("sandbox")
    disposition = download.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"1_<script>alert(1)<script>'&___.txt\"; filename*=UTF-8''")
    assert unquote(disposition.partition("UTF-8''")[2]) == name.replace(" ", "_").replace("/", "")
    body = browser.get(page("Messages", mail["id"], "Body"))
    assert "<p>Hi</p>" in body.text
    assert "x()" not in body.text
    assert body.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_rights_hold_on_pages_too(vtews: Vtews, browser: httpx.Client) -> None:
    mail = vtews.mail([("file0", "0_a.pdf", b"one", "application/pdf")])
    (document,) = vtews.crm.documents()
    sign_in(browser, "sara")
    hidden = vtews.crm.find("Contacts", lastname="Haugen").id
    for target in (
        page("Leads"),
        page("Contacts", hidden),
        page("Contacts", "4x999999"),
        page("Contacts", "4xé"),
        page("Accounts", vtews.crm.find("Contacts", lastname="Smith").id),
        page("Messages", mail["id"]),
        page("Messages", mail["id"], "Body"),
        page("Documents", document.id, "Download"),
        page("Nope"),
    ):
        assert browser.get(target).status_code == 403, target
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    vtews.relate(mail["id"], contact)
    assert browser.get(page("Messages", mail["id"], "Body")).status_code == 200
    assert browser.get(page("Documents", document.id, "Download")).content == b"one"


def test_lists_show_what_the_user_sees(vtews: Vtews, browser: httpx.Client) -> None:
    sign_in(browser, "agent")
    listed = _Elements(browser.get(page("Accounts")).text).links
    assert "Northwind Traders" in listed
    assert "Nordlys Medical AS" not in listed
    assert "Leads" not in _Elements(browser.get("").text).links


def test_a_deactivated_user_is_out(vtews: Vtews, browser: httpx.Client) -> None:
    sign_in(browser, "agent")
    vtews.crm.deactivate("agent")
    assert "Sign in" in browser.get(page("Accounts")).text
    assert sign_in(browser, "agent").status_code == 401
