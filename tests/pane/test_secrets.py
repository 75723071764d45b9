"""The access key and the password stand nowhere but where they must; "Stay signed in" keeps and forgets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Frame, Playwright, Request, expect

from pane.boot.waking import LATE_STORAGE
from pane.desk import Desk
from pane.shift import START, said, settled, shift, turn
from sandbox_crm.faults import Fault
from sandbox_crm.store.users import SEED_USERS
from standin_outlook.chromium import FOREIGN_HOST, launch_options
from workshop.browser import find
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

PASSWORD = next(user.password for user in SEED_USERS if user.name == "agent")
KEEP = "Stay signed in on this device"
NO_STORAGE = "gives the pane no storage, so you can't stay signed in"

EVERYTHING_KEPT = """async () => {
  // Whatever a page can find in its storage, as text; bytes in hexadecimal and as characters.
  const told = new WeakSet();
  function text(value) {
    if (value instanceof CryptoKey) return `CryptoKey extractable=${value.extractable} ${value.algorithm.name}`;
    if (value instanceof ArrayBuffer) value = new Uint8Array(value);
    if (ArrayBuffer.isView(value)) {
      const bytes = [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
      return bytes.map((one) => one.toString(16).padStart(2, "0")).join("") + " " + String.fromCharCode(...bytes);
    }
    if (value && typeof value === "object") {
      if (told.has(value)) return "";
      told.add(value);
      return Object.entries(value).map(([name, one]) => `${name}: ${text(one)}`).join("\\n");
    }
    return String(value);
  }
  const found = {};
  for (const name of ["localStorage", "sessionStorage"]) {
    try { found[name] = text({ ...window[name] }); } catch (error) { found[name] = ""; }
  }
  found.cookies = document.cookie;
  found.name = window.name;
  found.caches = "";
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.caches += `${name} ${request.url}\\n`;
  }
  found.indexedDB = "";
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      const all = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
      const [keys, values] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
      keys.forEach((key, place) => { found.indexedDB += `${name}/${table}/${text(key)}: ${text(values[place])}\\n`; });
    }
    database.close();
  }
  return found;
}"""

EVERYTHING_SHOWN = """() => {
  // Markup, and what controls hold beyond it.
  const held = [...document.querySelectorAll("*")].map((one) => ["value", "defaultValue", "textContent", "title"]
    .map((name) => (typeof one[name] === "string" ? one[name] : "")).join(" "));
  return document.documentElement.outerHTML + "\\n" + held.join("\\n") + "\\n" + location.href + "\\n" + document.title;
}"""


def forms(secret: str, user: str = "agent") -> set[str]:
    """The shapes in which a secret may be written."""
    raw = secret.encode()
    pair = f"{user}:{secret}".encode()
    shapes = {secret, secret[::-1], quote(secret, safe=""), raw.hex(), json.dumps(secret)[1:-1]}
    for content in (raw, pair):
        shapes |= {
            base64.b64encode(content).decode().rstrip("="),
            base64.urlsafe_b64encode(content).decode().rstrip("="),
        }
    # Inside a longer base64 text the secret may begin at any of three places.
    for shift_by in (1, 2):
        shapes.add(base64.b64encode(b"\x00" * shift_by + raw).decode()[4:-4])
    return {shape for shape in shapes if len(shape) > 7}


def found_in(text: str, secrets: dict[str, str]) -> list[str]:
    """The names of the secrets that stand in the text in any form."""
    return [name for name, secret in secrets.items() if any(form in text for form in forms(secret))]


class Witness:
    """Hears everything that a desk says: the console of all frames, every answer, every error."""

    def __init__(self, at: Desk) -> None:
        self.console: list[str] = []
        at.page.on("console", lambda said: self.console.append(said.text + str(said.location)))
        at.page.on("pageerror", lambda error: self.console.append(str(error)))


def stored(frame: Frame) -> dict[str, str]:
    """What the frame's storage holds, by its kind."""
    found: dict[str, str] = frame.evaluate(EVERYTHING_KEPT)
    return found


def leaks(at: Desk, witness: Witness, secrets: dict[str, str]) -> list[str]:
    """Where a secret stands that must not."""
    places: dict[str, str] = {"console": "\n".join(witness.console)}
    for number, frame in enumerate(at.page.frames):
        places[f"frame {number}"] = frame.evaluate(EVERYTHING_SHOWN)
        places |= {f"frame {number} {kind}": text for kind, text in stored(frame).items()}
    places["cookies"] = json.dumps(at.context.cookies())
    places["roaming settings"] = json.dumps([at.mailbox.roaming_settings, at.mailbox.custom_properties])
    places["Outlook's log"] = json.dumps(at.outlook.log)
    for request in at.traffic:
        places |= {f"{request.method} {request.url}: {part}": text for part, text in of_request(request).items()}
    return [f"{place}: {name}" for place, text in places.items() for name in found_in(text, secrets)]


def of_request(request: Request) -> dict[str, str]:
    """What a request shows beyond the two places that must hold a secret: loginpwd, and the credentials."""
    parts = {"url": request.url}
    parts["headers"] = json.dumps({name: value for name, value in request.headers.items() if name != "authorization"})
    if not request.url.endswith("/vtews/loginpwd"):
        parts["body"] = (request.post_data_buffer or b"").decode("utf-8", "replace")
    return parts


@pytest.fixture
def at(stock_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in and nothing kept."""
    with turn(stock_pane) as there:
        yield there


def signed_in(at: Desk) -> bool:
    screen: str = at.pane.locator(".frame").get_attribute("data-screen") or ""
    return screen != "sign-in"


def reopen(at: Desk) -> None:
    """Close the pane, and open it again."""
    at.outlook.close_pane()
    at.outlook.open_pane()
    at.outlook.pin()
    at.ready()


def keep(at: Desk) -> None:
    at.pane.get_by_label(KEEP).check()


@pytest.mark.deep("browsers without storage", few=1)
@pytest.mark.parametrize("stay", [True, False], ids=["stay signed in", "once"])
def test_no_secret_stands_anywhere_after_a_journey(at: Desk, stay: bool) -> None:
    at.allowed.append("Failed to load resource")
    witness = Witness(at)
    secrets = {"password": PASSWORD, "access key": at.crm.access_key("agent"), "wrong": "my-other-secret-password"}
    assert "access key" in found_in("x" + base64.b64encode(f"agent:{secrets['access key']}".encode()).decode(), secrets)
    if stay:
        keep(at)
    at.sign_in(password=secrets["wrong"])
    expect(at.pane.locator(".problems .what")).to_be_visible()
    assert not leaks(at, witness, secrets)
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    assert not leaks(at, witness, secrets)
    # An error, and its details opened.
    at.show("related-inline-images")
    at.crm.faults.add(Fault("relate", "error_500"))
    at.pane.get_by_role("searchbox").fill("Whitfield")
    at.pane.get_by_role("checkbox", name=re.compile("^James Whitfield")).check()
    at.pane.get_by_role("button", name="Link to James Whitfield").click()
    expect(at.pane.get_by_role("heading", name="Not finished")).to_be_visible()
    at.pane.locator("details summary").first.click()
    assert not leaks(at, witness, secrets)
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked("James Whitfield")
    assert not leaks(at, witness, secrets)
    if stay:
        reopen(at)
        expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
        assert not leaks(at, witness, secrets)
    # A key that ends. Each call that is under way then counts as a failed sign-in, and five of them lock the user.
    settled(at)
    at.crm.renew_access_key("agent")
    at.show("html-only")
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert not leaks(at, witness, secrets)
    secrets["new key"] = at.crm.access_key("agent")
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    at.pane.get_by_role("button", name="Sign out").click()
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert not leaks(at, witness, secrets)
    assert len([one for one in at.traffic if "authorization" in one.headers]) > 10


def test_staying_signed_in_needs_no_password_and_ends_with_signing_out(at: Desk) -> None:
    keep(at)
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    kept = stored(at.pane)["indexedDB"]
    assert "CryptoKey extractable=false AES-GCM" in kept
    at.crm.clear_requests()
    reopen(at)
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    assert "loginpwd" not in {one.operation for one in at.crm.requests}
    at.pane.get_by_role("button", name="Sign out").click()
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert "CryptoKey" not in stored(at.pane)["indexedDB"]
    reopen(at)
    assert not signed_in(at)
    for label in ("Address of the CRM", "User name", "Password"):
        expect(at.pane.get_by_label(label)).to_have_value("")
    left = stored(at.pane)
    everything = left["localStorage"] + left["sessionStorage"] + left["indexedDB"]
    assert ": agent" not in everything
    assert at.url not in everything


def test_without_the_tick_nothing_is_kept(at: Desk) -> None:
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    assert "CryptoKey" not in stored(at.pane)["indexedDB"]
    reopen(at)
    assert not signed_in(at)


def test_signing_in_once_without_the_tick_forgets_what_was_kept(at: Desk) -> None:
    keep(at)
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    at.pane.get_by_role("button", name="Sign out").click()
    at.pane.get_by_label(KEEP).uncheck()
    at.allowed.append("Failed to load resource.*500")  # sara's profile has no opportunities
    at.sign_in("sara")
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    reopen(at)
    assert not signed_in(at)


def test_a_kept_key_that_was_renewed_is_tried_once_and_wiped(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*401")
    keep(at)
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    # What this pane still asks must not meet the new key: the next one is to be watched.
    settled(at)
    at.outlook.close_pane()
    at.crm.renew_access_key("agent")
    reopen(at)
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert "does not accept your sign-in any more" in said(at)
    assert at.crm.failed_sign_ins("agent") == 1
    expect(at.pane.locator("#pane")).not_to_contain_text("Northwind: ")
    assert "CryptoKey" not in stored(at.pane)["indexedDB"]
    reopen(at)
    assert not signed_in(at)
    assert at.crm.failed_sign_ins("agent") == 1


# Storage that is denied ---------------------------------------------------------------------------


DENIED = """
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}
"""
NEVER = f"{LATE_STORAGE} tooLate();"
REFUSED = """
IDBFactory.prototype.open = () => { throw new DOMException("denied", "InvalidStateError"); };
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


PYSCRIPT = "denied|dispatchEvent|^Event$"
"""PyScript, which comes when the pane is in use already, complains of missing storage; nothing hangs on it."""


def expect_works_without(at: Desk) -> None:
    """The pane signs in, says that it could not keep the sign-in, and works."""
    keep(at)
    at.sign_in()
    expect(at.pane.locator(".notices .box").first).to_contain_text(NO_STORAGE)
    expect(at.pane.locator(".notices .box").first).to_contain_text("You are signed in until the pane is closed.")
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    reopen(at)
    assert not signed_in(at)


@pytest.mark.deep("browsers without storage")
@pytest.mark.parametrize("script", [DENIED, REFUSED, NEVER], ids=["throws", "refuses", "never answers"])
def test_the_pane_works_without_storage(browser: Browser, dist: Path, certificate: Certificate, script: str) -> None:
    with shift(browser, dist, certificate) as at:
        at.allowed.append(PYSCRIPT)
        at.context.add_init_script(f"if (window !== top) {{ {script} }}")
        at.open(START)
        expect_works_without(at)


@pytest.mark.deep("browsers without storage")
def test_a_foreign_frame_whose_storage_throws(
    playwright_here: Playwright, dist: Path, certificate: Certificate
) -> None:
    """Playwright's own Chromium settings deny storage to a frame of another site altogether."""
    options = foreign_options()
    options["args"] = [one for one in options["args"] if not one.startswith("--disable-features=")]
    opened = playwright_here.chromium.launch(executable_path=find().path, **options)
    try:
        with shift(opened, dist, certificate, host=FOREIGN_HOST, reduced_motion="no-preference") as at:
            at.allowed.append(PYSCRIPT)
            at.open(START)
            if at.pane.evaluate("() => { try { localStorage; return true; } catch { return false; } }"):
                expect(at.pane.get_by_label(KEEP)).to_be_visible()
            else:
                expect_works_without(at)
    finally:
        opened.close()


@pytest.mark.deep("browsers without storage")
def test_a_foreign_frame_with_partitioned_storage_stays_signed_in(
    playwright_here: Playwright, dist: Path, certificate: Certificate
) -> None:
    """As in Outlook on the web: the pane's site is not Outlook's."""
    opened = playwright_here.chromium.launch(executable_path=find().path, **foreign_options())
    try:
        with shift(opened, dist, certificate, host=FOREIGN_HOST, reduced_motion="no-preference") as at:
            at.open(START)
            keep(at)
            at.sign_in()
            expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
            reopen(at)
            expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
            at.pane.get_by_role("button", name="Sign out").click()
            expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
            reopen(at)
            assert not signed_in(at)
    finally:
        opened.close()


def foreign_options() -> dict[str, Any]:
    return launch_options([flag for flag in find().headless_flags if flag])


@pytest.fixture(scope="module")
def playwright_here(browser: Browser) -> Any:
    """The Playwright that runs already; it can't be started twice."""
    return type("Here", (), {"chromium": browser.browser_type})()
