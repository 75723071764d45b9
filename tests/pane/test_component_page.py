"""Signing in on the CRM's own page, in a window: whatever the CRM asks for, and whatever may go wrong or be forged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from connector.signin.handover import asks, leading
from pane.clock import elapse
from pane.counter import (
    PAGE_BUTTON,
    allow,
    asked,
    component_of,
    expect_refused,
    expect_signed_in,
    expect_suggestions,
    opened_page,
    return_address,
    sign_in_there,
    visit,
)
from pane.desk import Desk
from sandbox_crm.component.devices import challenge_of
from sandbox_crm.identity import IdentityProvider
from workshop.certificate import Certificate
from workshop.serving import Server

pytestmark = pytest.mark.browser

CLOSED = "was closed before the sign-in was complete"
FOREIGN = "brought an answer that the pane had not asked for"
NO_DIALOG = """() => {
  const ui = Office.context.ui;
  window.kept = ui.displayDialogAsync;
  ui.displayDialogAsync = undefined;
}"""
DIALOG = "() => { if (window.kept) Office.context.ui.displayDialogAsync = window.kept; delete window.kept; }"


@pytest.fixture
def at(component_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in, neither there nor in the CRM."""
    with visit(component_pane) as there:
        yield there


@pytest.fixture(params=["Office's dialog", "plain window"])
def either(request: pytest.FixtureRequest, at: Desk) -> Iterator[Desk]:
    """The pane in an Outlook with dialogs, and in one without."""
    plain = request.param == "plain window"
    if plain:
        at.pane.evaluate(NO_DIALOG)
    yield at
    at.pane.evaluate(DIALOG)


def query(page: Page) -> dict[str, str]:
    """What the pane asked the CRM's page for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def elsewhere(at: Desk) -> str:
    """A page of another site."""
    return at.url.replace("localhost", "127.0.0.1") + "/index.php"


def go(page: Page, url: str) -> None:
    """Follow a link. (An address that is typed cuts a window off from its opener.)"""
    page.evaluate("url => { void location.assign(url); }", url)
    page.wait_for_url(url)


def leave_for(page: Page, url: str) -> None:
    """Follow a link to the pane's own page, which closes the window."""
    with page.expect_event("close"):
        page.evaluate("url => { void location.assign(url); }", url)


def tokens_asked(at: Desk) -> int:
    return asked(at).count("mailconnectortoken")


def code_given(page: Page) -> str:
    """Allow, and see the code that the CRM sends back."""
    with page.expect_response(lambda one: one.status == 303 and "#code=" in one.headers["location"]) as going:
        page.get_by_role("button", name="Allow").click()
    return parse_qs(urlsplit(going.value.headers["location"]).fragment)["code"][0]


# What the CRM asks for ----------------------------------------------------------------------------


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_the_crms_own_login_page_and_consent(either: Desk) -> None:
    at = either
    page = opened_page(at)
    wanted = query(page)
    assert (wanted["skip_vte_header"], wanted["skip_footer"], wanted["pane"]) == ("true", "1", "1.0.0")
    sign_in_there(page)
    expect(page.get_by_text("wants to work in this CRM as agent")).to_be_visible()
    allow(page)
    expect_signed_in(at)
    expect_suggestions(at)
    assert "mailconnectorlogin" not in asked(at)
    # Whoever is signed in to the CRM is asked for consent only.
    at.pane.get_by_role("button", name="Sign out").click()
    page = opened_page(at)
    expect(page.get_by_role("textbox", name="Password")).to_have_count(0)
    allow(page)
    expect_signed_in(at)


def test_single_sign_on_by_an_identity_provider_elsewhere(at: Desk, certificate: Certificate) -> None:
    identity = IdentityProvider()
    with Server(identity.create_app(), certificate=certificate) as provider:
        # By another name, so that it is another site, too.
        identity.url = provider.url.replace("localhost", "127.0.0.1")
        at.allowed += [re.escape(identity.url), "Failed to load resource.*404"]  # it has no icon
        at.crm.identity = identity
        page = opened_page(at)
        page.get_by_role("link", name=f"Sign in with {identity.name}").click()
        page.wait_for_url(f"{identity.url}/*")
        page.get_by_role("button", name="Sara Lind").click()
        allow(page)
        expect_signed_in(at, "Sara Lind")
        expect_suggestions(at)


def test_a_second_factor_on_the_crms_page(at: Desk) -> None:
    component_of(at).second_factor["agent"] = "wilson"
    page = opened_page(at)
    sign_in_there(page)
    page.get_by_role("textbox", name="Code").fill(component_of(at).last_code("agent"))
    page.get_by_role("button", name="Continue").click()
    allow(page)
    expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize("whom", ["this user", "everybody"])
def test_who_may_sign_in_there_only_is_led_there(at: Desk, whom: str) -> None:
    component = component_of(at)
    component.page_only = {"agent"} if whom == "this user" else set()
    component.password = whom == "this user"
    with at.context.expect_page() as opening:
        at.sign_in()
    sign_in_there(opening.value)
    allow(opening.value)
    expect_signed_in(at)
    assert ("mailconnectorlogin" in asked(at)) == (whom == "this user"), "the password was sent for nothing"


def test_a_page_that_is_not_set_up_is_not_opened(at: Desk) -> None:
    component_of(at).redirects.clear()
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    at.pane.get_by_role("button", name=PAGE_BUTTON).click()
    expect_refused(at, "does not offer to the pane", "switch the sign-in page on")
    assert len(at.context.pages) == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("licence", "expired", "has ended"), ("seats", 0, "All seats"), ("pane_minimum", "2.0", "older than the CRM")],
)
def test_what_ends_while_the_window_is_open(at: Desk, setting: str, value: object, words: str) -> None:
    page = opened_page(at)
    setattr(component_of(at), setting, value)
    with page.expect_event("close"):
        sign_in_there(page)
    expect_refused(at, words)
    assert tokens_asked(at) == 0


# Ways out ----------------------------------------------------------------------------------------


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_no_is_an_answer(either: Desk) -> None:
    page = opened_page(either)
    sign_in_there(page)
    with page.expect_event("close"):
        page.get_by_role("button", name="Cancel").click()
    expect_refused(either, CLOSED)
    assert tokens_asked(either) == 0


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_a_window_that_is_closed(either: Desk) -> None:
    opened_page(either).close()
    expect_refused(either, CLOSED, "when you are ready")


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_waiting_is_given_up_in_the_pane(either: Desk) -> None:
    page = opened_page(either)
    with page.expect_event("close"):
        either.pane.get_by_role("button", name="Cancel").click()
    expect(either.pane.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
    expect(either.pane.locator(".problems .what")).to_have_count(0)
    either.sign_in()
    expect_signed_in(either)


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_a_window_that_goes_elsewhere_and_comes_back(either: Desk) -> None:
    at = either
    page = opened_page(at)
    start = page.url
    go(page, elsewhere(at))
    expect(at.pane.get_by_role("button", name="Cancel")).to_be_visible()
    go(page, start)
    sign_in_there(page)
    allow(page)
    expect_signed_in(at)


def test_a_window_that_goes_elsewhere_and_is_closed(at: Desk) -> None:
    page = opened_page(at)
    go(page, elsewhere(at))
    page.close()
    expect_refused(at, CLOSED)


def test_a_window_that_is_cut_off_says_so(at: Desk) -> None:
    """A page that isolates itself (COOP) leaves a window without the one that opened it: nobody is there to tell."""
    at.allowed.append("Content Security Policy")  # office.js outside of Outlook
    page = at.context.new_page()
    page.goto(f"{return_address(at)}#code=mcc1_x&state={'A' * 43}")
    elapse(page, 3, until=page.get_by_role("status").filter(has_text="lost its tie"))
    expect(page.get_by_role("status")).to_contain_text("lost its tie to Outlook. Close it, and sign in by password")
    assert page.url == return_address(at)
    assert tokens_asked(at) == 0
    page.close()


def test_a_window_that_is_blocked(at: Desk) -> None:
    """office.js lays a panel of its own over the pane then, with a handler that the pane's policy refuses."""
    at.allowed.append("inline event handler")
    at.pane.evaluate("() => { window.keptOpen = window.open; window.open = () => null; }")
    try:
        at.pane.get_by_label("Address of the CRM").fill(at.url)
        at.pane.get_by_role("button", name=PAGE_BUTTON).click()
        expect_refused(at, "could not be opened", "Allow pop-up windows")
    finally:
        at.pane.evaluate("() => { window.open = window.keptOpen; }")
    page = opened_page(at)
    sign_in_there(page)
    allow(page)
    expect_signed_in(at)


# Attacks -----------------------------------------------------------------------------------------


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_an_answer_with_a_foreign_state_is_thrown_away(either: Desk) -> None:
    page = opened_page(either)
    leave_for(page, f"{return_address(either)}#code=mcc1_x&iss={quote(either.url, safe='')}&state={'A' * 43}")
    expect_refused(either, FOREIGN, "tell your administrator")
    assert tokens_asked(either) == 0


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_messages_of_other_origins_are_not_heard(either: Desk) -> None:
    at = either
    page = opened_page(at)
    start, state = page.url, query(page)["state"]
    go(page, elsewhere(at))
    forged = json.dumps({"mailConnector": "sign-in", "fragment": f"#code=mcc1_forged&state={state}"})
    page.evaluate("forged => { for (const to of [opener, opener.parent]) to.postMessage(forged, '*'); }", forged)
    # The mailbox page around the pane, too, is another origin.
    at.page.evaluate("text => { for (let n = 0; n < frames.length; n++) frames[n].postMessage(text, '*'); }", forged)
    expect(at.pane.get_by_role("button", name="Cancel")).to_be_visible()
    go(page, start)
    sign_in_there(page)
    allow(page)
    expect_signed_in(at)
    assert tokens_asked(at) == 1


def test_a_code_that_comes_again_is_refused_and_revokes_what_it_gave(at: Desk) -> None:
    page = opened_page(at)
    sign_in_there(page)
    code = code_given(page)
    expect_signed_in(at)
    assert len(component_of(at).devices.live()) == 1
    # Somebody who got hold of it brings it to another visit of this very pane.
    at.pane.get_by_role("button", name="Sign out").click()
    at.sign_in("sara")
    expect_signed_in(at, "Sara Lind")
    at.pane.get_by_role("button", name="Sign out").click()
    page = opened_page(at)
    leave_for(page, f"{return_address(at)}#code={code}&iss={quote(at.url, safe='')}&state={query(page)['state']}")
    expect_refused(at, "the CRM did not accept it")
    assert component_of(at).devices.live() == []


def test_a_code_that_somebody_else_asked_for_gives_nothing(at: Desk) -> None:
    """PKCE: an attacker's own, valid code, put into a visit of this pane, and the other way round."""
    page = opened_page(at)
    wanted = query(page)
    theirs = component_of(at).devices.new_grant(
        "sara", return_address(at), challenge_of("attacker" * 6), "attacker", stay=False
    )
    leave_for(page, f"{return_address(at)}#code={theirs}&iss={quote(at.url, safe='')}&state={wanted['state']}")
    expect_refused(at, "the CRM did not accept it")
    challenge = wanted["code_challenge"]
    ours = component_of(at).devices.new_grant("agent", return_address(at), challenge, "pane", stay=False)
    body = {"code": ours, "code_verifier": "attacker" * 6, "redirect_uri": return_address(at)}
    answer = httpx.post(f"{at.url}/restapi/v1/vtews/mailconnectortoken", json=body, verify=False)  # noqa: S501  # own
    assert answer.json()["data"]["code"] == "grant_invalid"
    assert component_of(at).devices.live() == []


def test_an_address_that_is_not_allowed_gets_nothing(at: Desk) -> None:
    component = component_of(at)
    component.redirects.clear()
    component.redirects.add("https://other.example/signin.html")
    page = opened_page(at)
    at.allowed.append("Failed to load resource.*400")
    sign_in_there(page)
    expect(page.get_by_text("may not sign in here")).to_be_visible()
    page.close()
    expect_refused(at, CLOSED)
    assert tokens_asked(at) == 0


TARGETS = pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "https://evil.example/index.php?module=MailConnector&action=Authorize&redirect_uri=https://evil.example/s.html",
        "javascript:alert(1)//index.php?module=MailConnector&action=Authorize",
        "javascript://localhost/index.php?module=MailConnector&action=Authorize&redirect_uri={back}",
        "http://evil.example/index.php?module=MailConnector&action=Authorize&redirect_uri={back}",
        "%",
        7,
    ],
)
LOST = "lost its tie to Outlook. Close it, and sign in by password"
NAME = "v" * 43


def fitting(at: Desk) -> str:
    """A sign-in page of a stranger's server, as it would have to look like."""
    return f"https://evil.example/index.php?module=MailConnector&action=Authorize&redirect_uri={return_address(at)}"


def test_no_address_leads_anywhere(at: Desk) -> None:
    """Whoever sends somebody a link to the pane's page can't choose where that goes."""
    at.allowed.append("Content Security Policy")  # office.js outside of Outlook
    page = at.context.new_page()
    for fragment in (f"#go={quote(fitting(at), safe='')}", f"#visit={NAME}", f"#visit={quote(fitting(at), safe='')}"):
        page.goto("about:blank")
        page.goto(f"{return_address(at)}{fragment}")
        elapse(page, 3, until=page.get_by_role("status").filter(has_text=LOST))
        expect(page.get_by_role("status")).to_contain_text(LOST)
        assert page.url == return_address(at)
    page.goto("about:blank")
    page.goto(return_address(at))
    expect(page.get_by_role("status")).to_contain_text("begins in Outlook. You can close it.")
    page.close()


def test_a_stranger_who_opens_the_panes_page_can_not_lead_it_on(at: Desk) -> None:
    at.allowed.append("Content Security Policy")
    stranger = at.context.new_page()
    stranger.goto(elsewhere(at))
    with at.context.expect_page() as opening:
        stranger.evaluate(
            """([page, go]) => {
              const opened = window.open(page);
              addEventListener("message", (event) => (window.heard = event.data));
              window.timer = setInterval(() => opened.postMessage(go, "*"), 50);
            }""",
            [f"{return_address(at)}#visit={NAME}", leading(NAME, fitting(at))],
        )
    page = opening.value
    page.wait_for_url(f"{return_address(at)}#*")
    elapse(page, 3, until=page.get_by_role("status").filter(has_text=LOST))
    expect(page.get_by_role("status")).to_contain_text(LOST)
    assert page.url == return_address(at)
    assert stranger.evaluate("window.heard") is None, "it was told something"
    page.close()
    stranger.close()


OLD_OFFICE = """
  globalThis.Office = {
    EventType: { DialogParentMessageReceived: "dialogParentMessageReceived" },
    onReady: async () => ({ platform: "PC" }),
    context: { ui: {
      messageParent: (message) => { globalThis.toPane = message; },
      addHandlerAsync: (type, handler, done) => { globalThis.toPage = handler; done({ status: "succeeded" }); },
    } },
  };
"""
"""Office as it is in a dialog of Outlook for Windows: no opener, messages by Office."""
UNTIL_LISTENING = """() => new Promise(done => {
  const look = () => globalThis.toPage ? done() : setTimeout(look, 10);
  look();
})"""


def dialog_on_windows(at: Desk) -> Page:
    """The pane's page in such a dialog."""
    page = at.context.new_page()
    script = {"body": OLD_OFFICE, "content_type": "text/javascript"}
    at.context.route(re.compile(r"/office\.js$"), lambda route: route.fulfill(**script))
    page.goto(f"{return_address(at)}#visit={NAME}")
    page.evaluate(UNTIL_LISTENING)
    return page


def test_in_outlooks_own_dialog_the_page_asks_by_office_and_goes_on(at: Desk) -> None:
    page = dialog_on_windows(at)
    asked_for = page.evaluate("toPane")
    assert asks(asked_for, NAME)
    target = f"{at.url}/index.php?module=MailConnector&action=Authorize&redirect_uri={return_address(at)}"
    page.evaluate("told => { void toPage({ message: told }); }", leading(NAME, target))
    page.wait_for_url(f"{at.url}/index.php**")
    page.close()
    at.context.unroute_all()


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=3)
@TARGETS
def test_the_page_goes_to_no_other_page_than_a_crms_for_signing_in(at: Desk, target: str | int) -> None:
    page = dialog_on_windows(at)
    address = target.format(back=return_address(at)) if isinstance(target, str) else target
    page.evaluate(
        "told => toPage({ message: told })", json.dumps({"mailConnector": "go", "visit": NAME, "url": address})
    )
    page.evaluate("told => toPage({ message: told })", leading(NAME[1:], fitting(at)))
    elapse(page, 3, until=page.get_by_role("status").filter(has_text=LOST))
    expect(page.get_by_role("status")).to_contain_text(LOST)
    assert page.url == return_address(at)
    page.close()
    at.context.unroute_all()


def test_an_outlook_that_can_not_tell_its_dialog_where_to_go_gets_a_plain_window(at: Desk) -> None:
    """Older than DialogApi 1.2."""
    at.pane.evaluate(
        """() => {
          const ui = Office.context.ui;
          window.kept = ui.displayDialogAsync;
          ui.displayDialogAsync = (url, options, done) =>
            done({ status: "succeeded", value: { close() {}, addEventHandler() {} } });
        }"""
    )
    try:
        page = opened_page(at)
        sign_in_there(page)
        allow(page)
        expect_signed_in(at)
    finally:
        at.pane.evaluate(DIALOG)


# Another CRM than the one that was asked ------------------------------------------------------------


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
def test_an_answer_of_another_crm_is_thrown_away(either: Desk) -> None:
    """The mix-up of RFC 9700, 4.4: the CRM that was asked leads on to another one, whose code it would like to have."""
    at = either
    page = opened_page(at)
    component_of(at).url = "https://other.example/crm"
    sign_in_there(page)
    with page.expect_event("close"):
        page.get_by_role("button", name="Allow").click()
    expect_refused(at, "did not come from", "another server may be after your sign-in")
    assert tokens_asked(at) == 0


def test_a_crm_with_another_address_of_its_own_says_so_before_anything_opens(at: Desk) -> None:
    component_of(at).url = "https://other.example/crm"
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    at.pane.get_by_role("button", name=PAGE_BUTTON).click()
    expect_refused(at, "says that its own address is https://other.example/crm", "Enter that address")
    assert len(at.context.pages) == 1


def test_secrets_stand_in_no_address_and_no_storage(at: Desk) -> None:
    """The code travels in a fragment that is gone at once; the verifier only in the request for the token."""
    page = opened_page(at)
    sign_in_there(page)
    code = code_given(page)
    expect_signed_in(at)
    [exchange] = [one for one in at.traffic if one.url.endswith("/mailconnectortoken") and one.method == "POST"]
    sent = json.loads(exchange.post_data or "")
    answer = exchange.response()
    assert answer is not None
    secrets = {"code": code, "verifier": sent["code_verifier"], "token": answer.json()["data"]["result"]["token"]}
    assert secrets["code"] == sent["code"]
    for request in at.traffic:
        address = request.url.partition("#")[0]
        shown = address + json.dumps({k: v for k, v in request.headers.items() if k != "authorization"})
        if request is not exchange:
            shown += (request.post_data_buffer or b"").decode("latin-1")
        assert not [name for name, secret in secrets.items() if secret in shown], address
    everything = at.pane.evaluate(
        "() => document.documentElement.outerHTML + location.href"
        "  + JSON.stringify({...localStorage, ...sessionStorage})"
    )
    assert not [name for name, secret in secrets.items() if secret in everything]
