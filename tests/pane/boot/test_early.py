"""What takes input before Python is there, the sign-in form or the search: nothing that is typed or pressed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from pane.boot.waking import LATE_STORAGE, marks, until
from pane.clock import awaited
from pane.counter import return_address
from pane.desk import Desk, configured, desk, sample_mailbox
from pane.shift import AN_HOUR, settled, turn, until_struck
from pane.test_axe import ALL, AXE, RUN
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mailbox
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser
MAIL = "plain-ascii"
WASM = "**/boot/python-*.wasm"
_FORGET = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const { name } of await indexedDB.databases()) {
    const answer = (request) => new Promise((done, fail) => Object.assign(request, {
      onsuccess: () => done(request.result), onerror: fail,
    }));
    const database = await answer(indexedDB.open(name));
    for (const table of database.objectStoreNames)
      await answer(database.transaction(table, "readwrite").objectStore(table).clear());
    database.close();
  }
}"""


@pytest.fixture(scope="module")
def one_desk(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """A desk for the tests of this module: each opens the pane anew, and few need another desk for that."""
    with desk(browser, dist, certificate, SandboxCrm(), sample_mailbox()) as there:
        yield there


@pytest.fixture
def at(one_desk: Desk) -> Iterator[Desk]:
    """The desk with an open pane, as if it had never been used: nobody is signed in, and the browser has kept nothing.

    No sign-in, no name, no copy of the boot set; the page has no routes and looks as a new one, the CRM is a stock one.
    Outlook's page is loaded again whenever a test opens the pane.
    """
    one_desk.context.unroute_all()
    one_desk.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if usable(one_desk):
        # Another mail would close a pane that is not pinned.
        one_desk.outlook.pin()
    else:
        one_desk.open(MAIL)
    with turn(one_desk) as there:
        there.crm.remove_component()
        # What comes to be kept after that would still be there.
        until(there.pane, "boot:kept")
        there.pane.evaluate(_FORGET)
        yield there


def usable(at: Desk) -> bool:
    """Whether the last test has left a pane; one that has failed may not."""
    frames = at.page.main_frame.child_frames
    return len(frames) == 1 and frames[0].locator("#pane[data-started]").count() == 1


@contextmanager
def before_python(at: Desk, mail: str | None = MAIL) -> Iterator[None]:
    """The pane, opened anew, while Python is still on its way; afterwards it has come."""
    held: list[Route] = []
    # Nothing is kept, so that the file is asked for.
    at.context.route(WASM, lambda route: held.append(route))
    at.outlook.open()
    at.show(mail)
    with at.page.expect_request(WASM):
        at.outlook.open_pane()
    try:
        yield
        assert at.pane.locator("#pane").get_attribute("data-started") is None
    finally:
        for route in held:
            route.continue_()
        # Whoever opens the pane again before its copies are kept asks once more.
        at.context.unroute(WASM)
    at.ready()


def keep_sign_in(at: Desk) -> None:
    """Sign in for good and close the pane, whose copies are gone, so that Python comes by the network once more."""
    pane = at.pane
    field(at, "Stay signed in on this device").check()
    at.sign_in()
    expect(pane.get_by_role("button", name="Sign out")).to_be_visible()
    settled(at)
    at.outlook.close_pane()


def screen(at: Desk) -> Locator:
    return at.pane.locator(".frame")


def found(at: Desk, name: str) -> Locator:
    """A record that the search by hand has found."""
    results = at.pane.get_by_role("region", name="Find another record")
    return results.get_by_role("checkbox", name=re.compile(f"^{name}"))


def field(at: Desk, label: str) -> Locator:
    return at.pane.get_by_label(label, exact=True)


def fill(at: Desk, user: str = "agent") -> None:
    field(at, "Address of the CRM").fill(at.url)
    field(at, "User name").fill(user)
    field(at, "Password").fill(f"{user}-sandbox")


def test_what_is_typed_and_sent_before_python_signs_in(at: Desk) -> None:
    with before_python(at):
        fill(at)
        field(at, "Stay signed in on this device").check()
        field(at, "Password").press("Enter")
        at.pane.get_by_role("button", name="Sign in", exact=True).click()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    assert [one.operation for one in at.crm.requests].count("loginpwd") == 1
    # That it shall be kept was heard, too: the next opening needs no password, and does not show the form meanwhile.
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", "choose")
    at.outlook.close_pane()
    at.outlook.open_pane()
    expect(at.pane.locator(".frame")).not_to_have_attribute("data-screen", "sign-in")
    at.ready()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.deep("starts that fail or take long")
def test_who_is_still_typing_is_not_disturbed(at: Desk) -> None:
    with before_python(at):
        expect(field(at, "Address of the CRM")).to_be_focused()
        fill(at)
        field(at, "User name").press("End")
        field(at, "User name").press("ArrowLeft")
        at.pane.evaluate("document.getElementById('user').same = true")
    assert at.pane.evaluate("[document.activeElement.same, document.activeElement.selectionStart]") == [True, 4]
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_have_value("agent-sandbox")
    at.pane.get_by_role("button", name="Sign in", exact=True).click()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


def test_what_is_typed_and_sent_while_python_looks_for_a_kept_sign_in(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox
) -> None:
    """Python is there, and does not listen yet: its storage takes its time, here for ever."""
    with desk(browser, dist, certificate, crm, mailbox) as at:
        # Outlook's own page is the partition.
        kept = "localStorage.setItem(`${location.ancestorOrigins[0]}mail-connector.keep`, 'yes');"
        at.context.add_init_script(f"{LATE_STORAGE} {kept}")
        at.outlook.open()
        at.show(MAIL)
        pane = at.outlook.open_pane()
        field(at, "Address of the CRM").fill(at.url)
        until(pane, "storage")
        field(at, "User name").fill("agent")
        field(at, "Password").fill("agent-sandbox")
        field(at, "Password").press("Enter")
        assert pane.locator("#pane").get_attribute("data-started") is None
        pane.evaluate("tooLate()")
        at.ready()
        expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
        assert [one.operation for one in at.crm.requests].count("loginpwd") == 1


@pytest.mark.deep("starts that fail or take long")
def test_the_last_user_and_crm_stand_in_the_form(at: Desk) -> None:
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    at.outlook.close_pane()
    at.outlook.open_pane()
    expect(field(at, "Address of the CRM")).to_have_value(at.url)
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_be_focused()
    at.ready()
    expect(field(at, "Address of the CRM")).to_have_value(at.url)
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_be_focused()


def test_the_way_to_the_crms_own_page_is_taken_once_python_is_there(at: Desk) -> None:
    component = at.crm.install_component()
    with before_python(at):
        component.redirects.add(return_address(at))
        field(at, "Address of the CRM").fill(at.url)
        at.pane.get_by_role("button", name="Use the CRM's own sign-in page").click()
    at.pane.get_by_role("button", name="Cancel").click()
    expect(screen(at)).to_have_attribute("data-screen", "sign-in")


def test_an_organizations_only_crm_is_not_typed_over(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox, tmp_path: Path
) -> None:
    ours = configured(dist, tmp_path / "dist", crm_urls=["https://crm.example.com"], free_url=False)
    with desk(browser, ours, certificate, crm, mailbox) as at:
        late: list[Route] = []
        asked: list[Route] = []

        def ask(route: Route) -> None:
            asked.append(route)
            for one in (route, *late):
                one.continue_()

        at.context.route("**/boot/boot-*.js", lambda route: late.append(route))
        at.context.route("**/config.json", ask)
        with before_python(at):
            # It stands there from the start: no field comes and goes.
            expect(at.pane.get_by_text("https://crm.example.com")).to_be_visible()
            expect(field(at, "Address of the CRM")).to_have_count(0)
            field(at, "User name").fill("agent")
            at.pane.evaluate("document.querySelector('.fixed').same = document.getElementById('user').same = true")
        expect(field(at, "User name")).to_have_value("agent")
        # Python has taken over what was there.
        assert at.pane.evaluate("document.querySelector('.fixed').same && document.getElementById('user').same")
        # The form asked for it before boot.js came, which did not ask again.
        assert len(asked) == 1


@pytest.mark.deep("starts that fail or take long")
def test_the_manifests_crm_stands_in_the_form_from_the_start(at: Desk) -> None:
    held: list[Route] = []
    at.context.route(WASM, lambda route: held.append(route))
    page = at.context.new_page()
    page.goto(at.pane.url.partition("index.html")[0] + "index.html?crm=https%3A%2F%2Fcrm.customer.example%2Fcrm")
    expect(page.get_by_text("https://crm.customer.example/crm")).to_be_visible()
    expect(page.get_by_label("User name", exact=True)).to_be_focused()
    expect(page.get_by_label("Address of the CRM", exact=True)).to_have_count(0)
    page.close()
    at.context.unroute_all(behavior="ignoreErrors")


@pytest.mark.deep("starts that fail or take long")
def test_a_search_that_is_being_typed_goes_on(at: Desk) -> None:
    keep_sign_in(at)
    with before_python(at):
        expect(screen(at)).to_have_attribute("data-screen", "returning")
        search = at.pane.get_by_role("searchbox")
        search.press_sequentially("Whitfild")
        search.press("ArrowLeft")
        search.press("ArrowLeft")
        search.evaluate("node => { node.same = true; }")
    expect(screen(at)).to_have_attribute("data-screen", "choose")
    assert at.pane.evaluate("[document.activeElement.same, document.activeElement.selectionStart]") == [True, 6]
    at.page.keyboard.type("e")
    expect(search).to_have_value("Whitfield")
    expect(found(at, "James Whitfield")).to_be_visible()


@pytest.mark.deep("starts that fail or take long")
def test_what_was_typed_is_searched_for_without_another_key(at: Desk) -> None:
    keep_sign_in(at)
    with before_python(at):
        at.pane.get_by_role("searchbox").fill("Whitfield")
    expect(found(at, "James Whitfield")).to_be_visible()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()


@pytest.mark.deep("starts that fail or take long")
def test_enter_searches_once_python_is_there(at: Desk) -> None:
    keep_sign_in(at)
    with before_python(at):
        # So short a text is searched for with Enter only.
        at.pane.get_by_role("searchbox").fill("W")
        at.pane.get_by_role("searchbox").press("Enter")
    expect(found(at, "").first).to_be_visible()


def emptied(at: Desk) -> None:
    """The browser clears its databases and leaves the flag; what a script has read there by now is gone, too."""
    at.pane.evaluate("() => mailConnector.asking.then(() => { mailConnector.kept = null; })")
    at.pane.evaluate("indexedDB.deleteDatabase('mail-connector')")


def refused(at: Desk) -> None:
    """The CRM does not take the kept sign-in any more."""
    at.allowed.append("401")
    at.crm.renew_access_key("agent")


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize("void", [emptied, refused])
def test_a_search_waits_where_the_kept_sign_in_turns_out_to_be_void(at: Desk, void: Callable[[Desk], None]) -> None:
    keep_sign_in(at)
    with before_python(at):
        void(at)
        at.pane.get_by_role("searchbox").fill("Whitfield")
    expect(screen(at)).to_have_attribute("data-screen", "sign-in")
    at.sign_in()
    expect(at.pane.get_by_role("searchbox")).to_have_value("Whitfield")
    expect(found(at, "James Whitfield")).to_be_visible()


def test_who_signs_out_before_python_is_signed_out(at: Desk) -> None:
    keep_sign_in(at)
    with before_python(at):
        at.pane.get_by_role("searchbox").fill("Whitfield")
        at.pane.get_by_role("button", name="Sign out").click()
    expect(screen(at)).to_have_attribute("data-screen", "sign-in")
    at.sign_in()
    expect(at.pane.get_by_role("searchbox")).to_have_value("")


@pytest.mark.deep("starts that fail or take long")
def test_without_a_mail_the_focus_finds_another_place(at: Desk) -> None:
    keep_sign_in(at)
    with before_python(at, None):
        at.outlook.pin()
        at.pane.get_by_role("searchbox").fill("Whitfield")
    expect(at.pane.get_by_role("heading", name="No mail selected")).to_be_focused()
    at.show(MAIL)
    expect(found(at, "James Whitfield")).to_be_visible()


def finds(at: Desk) -> int:
    """How often the CRM was asked for suggestions."""
    return [one.operation for one in at.crm.requests].count("mailconnectorfind")


def kept_by_token(at: Desk) -> None:
    """Stay signed in to a CRM with the component, which has answered everything."""
    at.crm.install_component()
    keep_sign_in(at)
    at.crm.clear_requests()


def until_asked(at: Desk) -> None:
    """Wait until the CRM is asked for suggestions."""
    awaited(at.page, lambda: finds(at), "nobody asks before Python")


def known(at: Desk, name: str = "Mary Smith") -> Locator:
    """A suggested record."""
    return at.suggestion(re.compile(f"^{name}"))


def test_the_records_stand_before_python_and_are_asked_for_once(at: Desk) -> None:
    kept_by_token(at)
    with before_python(at):
        expect(known(at)).to_be_visible()
        names = at.pane.locator("[data-list=suggested] .row").all_inner_texts()
        place = known(at).bounding_box()
        # What is certain is not certain before Python says so.
        assert not known(at).is_checked()
        company = known(at, "Northwind Traders")
        company.check()
        expect(company).to_be_checked()
        expect(at.pane.locator("#news")).to_contain_text("“Northwind Traders” follows")
        company.evaluate("node => { node.same = true; }")
    expect(screen(at)).to_have_attribute("data-screen", "choose")
    expect(at.pane.locator("#link")).to_have_text("Link to Northwind Traders")
    assert company.is_checked()
    assert company.evaluate("node => node.same"), "Python goes on with the rows that stand there"
    settled(at)
    assert at.pane.locator("[data-list=suggested] .row").all_inner_texts() == names
    assert known(at).bounding_box() == place
    # The user has chosen: nothing is chosen beside that.
    assert not known(at).is_checked()
    assert finds(at) == 1
    at.pane.locator("#link").click()
    expect(at.pane.get_by_role("heading", name="Linked to Northwind Traders")).to_be_visible()


@pytest.mark.deep("starts that fail or take long")
def test_records_that_stand_before_python_go_by_the_keyboard(at: Desk) -> None:
    kept_by_token(at)
    with before_python(at):
        known(at).focus()
        at.page.keyboard.press("Space")
        at.page.keyboard.press("Space")
        known(at, "Northwind Traders").focus()
        at.page.keyboard.press("Space")
    expect(at.pane.locator("#link")).to_have_text("Link to Northwind Traders")
    expect(known(at, "Northwind Traders")).to_be_focused()


@pytest.mark.deep("starts that fail or take long")
def test_records_of_a_mail_that_is_no_longer_open_go(at: Desk) -> None:
    kept_by_token(at)
    with before_python(at):
        expect(known(at)).to_be_visible()
        known(at).check()
        at.outlook.pin()
        at.show("lead-request")
    expect(at.pane.locator("#mail")).to_have_text(at.mailbox.named("lead-request").subject)
    expect(known(at)).to_have_count(0)
    said = "The records chosen for “Order 4711: two more crates, please” were dropped; nothing was linked."
    expect(at.pane.get_by_text(said)).to_be_visible()
    settled(at)
    expect(at.pane.locator("#link")).not_to_contain_text("Mary Smith")


@pytest.mark.deep("starts that fail or take long")
def test_an_answer_that_says_more_waits_for_python(at: Desk) -> None:
    at.crm.install_component()
    keep_sign_in(at)
    contact = at.crm.new_record("Contacts", owner="agent", lastname="\u202eevil", email="mary.smith@northwind.example")
    at.crm.clear_requests()
    with before_python(at):
        until_asked(at)
        at.pane.evaluate("() => mailConnector.asked.answer.then(() => mailConnector.painted)")
        expect(at.pane.locator("[data-list=suggested]")).to_have_count(0)
    expect(at.pane.locator(f"#suggested-{contact}")).to_be_visible()
    expect(known(at)).to_be_visible()
    assert finds(at) == 1


@pytest.mark.deep("starts that fail or take long")
@pytest.mark.parametrize(
    "another",
    ["asked.body = asked.body.replace('from', 'cc')", "asked.headers.Authorization = 'Bearer of-another-user'"],
    ids=["mail", "user"],
)
def test_an_answer_to_the_question_of_another_is_let_go_of(at: Desk, another: str) -> None:
    kept_by_token(at)
    with before_python(at):
        until_asked(at)
        at.pane.evaluate(f"(({{ asked }}) => {{ {another}; }})(mailConnector)")
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    settled(at)
    assert finds(at) == 2
    assert at.pane.evaluate("mailConnector.asked") is None


@pytest.mark.deep("starts that fail or take long")
def test_what_is_asked_early_and_refused_is_told_as_ever(at: Desk) -> None:
    kept_by_token(at)
    assert at.crm.component is not None
    at.crm.component.expire_tokens()
    with before_python(at):
        until_asked(at)
    expect(screen(at)).to_have_attribute("data-screen", "sign-in")
    expect(at.pane.get_by_text("for a limited time")).to_be_visible()
    assert finds(at) == 1


def test_pyscript_waits_until_the_suggestions_stand(at: Desk) -> None:
    kept_by_token(at)
    at.crm.faults.add(Fault("mailconnectorfind", "slow", delay=AN_HOUR))
    at.outlook.open_pane()
    until(at.pane, "boot:started")
    until_struck(at)
    at.pane.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done)))")
    assert "boot:kept" not in marks(at.pane)
    at.crm.faults.release()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    until(at.pane, "boot:pyscript")


@pytest.mark.deep("starts that fail or take long")
def test_what_can_be_used_by_then_does_not_move(at: Desk) -> None:
    """It stands where it stands below most mails' cards: one line of subject, the sender's address below the name."""
    at.crm.install_component()
    keep_sign_in(at)
    with before_python(at, "cloud-attachment"):
        title = at.pane.get_by_role("heading", name="Mail Connector")
        out = at.pane.get_by_role("button", name="Sign out")
        parts = (title, out, at.pane.get_by_role("searchbox"), at.pane.get_by_label("Search in"))
        before = [part.bounding_box() for part in parts]
    expect(screen(at)).to_have_attribute("data-screen", "choose")
    assert [part.bounding_box() for part in parts] == before


@pytest.mark.deep("axe at the running pane")
@pytest.mark.parametrize("shown", ["sign-in", "returning", "records"])
def test_axe_finds_nothing_before_python(at: Desk, shown: str) -> None:
    if shown == "records":
        kept_by_token(at)
    elif shown == "returning":
        keep_sign_in(at)
    with before_python(at):
        if shown == "records":
            expect(known(at)).to_be_visible()
        at.pane.evaluate("source => void (0, eval)(source)", AXE.read_text("utf-8"))
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            at.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert at.pane.evaluate(RUN, ALL) == []
