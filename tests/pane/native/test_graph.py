"""Attachments by way of Microsoft Graph, under Microsoft's office.js for iOS and Android and the genuine msal-browser.

What Graph may answer, and all that can go wrong, is tried on CPython (`contract.test_graph`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, ViewportSize, expect

from connector.graph.addresses import GRAPH
from contract.graph_http import CLIENT
from contract.office import PASSWORDS, digests, files_of
from mails.samples import SAMPLES
from pane.clock import elapse
from pane.conftest import MicrosoftGraph
from pane.desk import configured, patient, sample_mailbox
from pane.native.host import query, script
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import BRIDGE, Entra, Fault, Graph
from standin_outlook.mail import Mail
from standin_outlook.officejs import distribution
from workshop.certificate import Certificate
from workshop.checkout import NODE_MODULES
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

pytestmark = pytest.mark.browser
OFFICE_JS_TELLS = "https://browser.pipe.aria.microsoft.com"
"""Where the genuine office.js sends what it counts; nothing answers there."""
MAIL = "related-inline-images"
SIGNED = "smime-signed"
"""On telephones Outlook opens no add-in on a signed mail."""
MAILS = [name for one in SAMPLES if (name := Path(one.source).stem) != SIGNED and any(files_of(one))]
MISSING = "Linked to Mary Smith, but not everything is there"


@dataclass
class Telephone:
    """The pane in Outlook on a telephone, with Graph behind it; ``requests`` are all that the page has made."""

    page: Page
    crm: SandboxCrm
    url: str
    mail: Mail
    graph: Graph
    entra: Entra
    requests: list[Request] = field(default_factory=list)

    def link(self) -> None:
        """Open the pane, sign in, and link the mail."""
        self.sign_in()
        suggested = self.page.get_by_role("region", name="Suggested records")
        suggested.get_by_role("checkbox", name=re.compile("^Mary Smith")).check()
        self.page.get_by_role("button", name="Link to Mary Smith").click()

    def sign_in(self) -> None:
        """Open the pane, and sign in."""
        self.page.goto(self.url)
        self.page.get_by_label("User name").fill("agent")
        self.page.get_by_label("Password").fill(PASSWORDS["agent"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def says(self, outcome: str) -> None:
        """Wait for the receipt's heading."""
        expect(self.page.locator("#receipt")).to_have_text(outcome)

    def stored(self) -> list[str]:
        """Digests of the files that the CRM has."""
        return digests(self.crm.file(one.id) for one in self.crm.documents())

    def asked_for_msal(self) -> bool:
        """Whether Microsoft's library was loaded."""
        return any("msal-browser" in one.url for one in self.requests)


Opened = Callable[..., AbstractContextManager[Telephone]]


@pytest.fixture
def opened(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, microsoft_graph: MicrosoftGraph,
    tmp_path: Path,
) -> Opened:  # fmt: skip
    """Telephones: ``opened(silently=…, asked=…, nested=…)``; with another mail, and of another kind.

    Their pane may call one CRM and Graph, and nobody else.
    """

    @contextmanager
    def one(*, name: str = MAIL, platform: str = "ios", nested: bool = True, **entra: Any) -> Iterator[Telephone]:
        mailbox = sample_mailbox()
        mail = mailbox.named(name)
        microsoft = Entra(CLIENT, **entra)
        microsoft_graph.graph = graph = Graph(mailbox, microsoft)
        size: ViewportSize = {"width": 400, "height": 700}
        context = patient(browser.new_context(ignore_https_errors=True, viewport=size, reduced_motion="reduce"))
        with ExitStack() as running:
            server = running.enter_context(Server(create_app(crm), certificate=certificate))
            allowed = {"entra_client_id": CLIENT, "crm_urls": [server.url + crm.path_prefix], "free_url": False}
            pane = pane_app(configured(dist, tmp_path / "dist", **allowed), local_officejs=distribution(NODE_MODULES))
            files = running.enter_context(Server(pane, certificate=certificate))
            page = context.new_page()
            url = f"{files.url}/index.html{query(platform)}"
            at = Telephone(page, crm, url, mail, graph, microsoft)
            context.on("request", lambda asked: at.requests.append(asked))
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.expose_function("askedOfMicrosoft", lambda text: microsoft.answer(text))
            page.add_init_script(script(platform, mail, mailbox, nested=nested) + ";\n" + BRIDGE * nested)
            try:
                yield at
                hosts = {"/".join(asked.url.split("/")[:3]) for asked in at.requests if asked.url.startswith("http")}
                assert hosts <= {files.url, server.url, GRAPH, OFFICE_JS_TELLS}
                kept = page.evaluate(
                    "JSON.stringify([{...localStorage}, {...sessionStorage}, document.documentElement.outerHTML])"
                )
                for token in microsoft.given:
                    assert token not in kept + "".join(said)
                    assert not any(token in f"{one.url} {one.post_data_buffer!r}" for one in at.requests)
            finally:
                crm.faults.release()
                context.close()
                microsoft_graph.graph = None

    return one


def test_all_files_are_linked_and_nobody_is_asked(opened: Opened) -> None:
    with opened(platform="android") as at:
        at.graph.faults += [Fault("reset", "content", after_bytes=100), Fault("busy_429", "content", value="1")]
        at.link()
        # It waits before it asks again.
        elapse(at.page, 30, until=at.page.locator("#receipt"))
        at.says("Linked to Mary Smith")
        assert at.stored() == digests(files_of(at.mail))
        assert at.asked_for_msal()
        assert [one["method"] for one in at.entra.requests] == ["GetInitContext", "GetToken"]


@pytest.mark.deep("sample mails over Graph on telephones")
@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("platform", ["android", "ios"])
def test_all_files_of_every_sample_mail_are_linked(opened: Opened, platform: str, name: str) -> None:
    with opened(platform=platform, name=name) as at:
        at.sign_in()
        at.page.get_by_role("searchbox").fill("Whitfield")
        found = at.page.get_by_role("region", name="Find another record")
        found.get_by_role("checkbox", name=re.compile("^James Whitfield")).check()
        at.page.get_by_role("button", name=re.compile("^Link to ")).click()
        expect(at.page.locator("#receipt")).to_contain_text("James Whitfield")
        assert at.stored() == digests(filter(None, files_of(at.mail)))


def test_the_user_refuses_and_changes_their_mind(opened: Opened) -> None:
    with opened(silently="consent", asked="declined") as at:
        at.link()
        at.says(MISSING)
        expect(at.page.locator(".receipt").last).to_contain_text("was not allowed to read your mails in Microsoft 365")
        assert at.graph.log == []
        at.entra.asked = ""
        at.page.get_by_role("button", name="Try again").click()
        at.says("Linked to Mary Smith")
        assert at.stored() == digests(files_of(at.mail))


@pytest.mark.deep("Microsoft Graph in a browser")
def test_a_file_that_takes_long_shows_how_much_has_come(opened: Opened) -> None:
    with opened() as at:
        at.graph.faults += [Fault("silent", "content", times=3, after_bytes=200)]
        at.link()
        bar = at.page.get_by_role("progressbar", name="Received")
        expect(bar).to_have_attribute("value", "600")
        expect(at.page.get_by_text(re.compile(r"^600 of \d\.\d KB$|^0\.6 of \d\.\d KB$"))).to_be_visible()
        at.page.get_by_role("button", name="Cancel").click()
        expect(bar).to_be_hidden()


@pytest.mark.deep("Microsoft Graph in a browser")
def test_an_outlook_without_a_bridge_loads_nothing(opened: Opened) -> None:
    with opened(nested=False) as at:
        at.link()
        at.says(MISSING)
        expect(at.page.locator(".receipt").last).to_contain_text("can't sign the Mail Connector in to Microsoft 365")
        assert not at.asked_for_msal()
        assert at.graph.log == []


@pytest.mark.deep("Microsoft Graph in a browser")
def test_what_could_not_be_loaded_is_loaded_after_a_press(opened: Opened) -> None:
    """A browser may keep that an import failed. Outlook is not told to be too old for it."""
    with opened() as at:
        library = re.compile("/msal-browser")
        at.page.route(library, lambda route: route.abort())
        at.link()
        at.says(MISSING)
        expect(at.page.locator(".receipt").last).to_contain_text("gave no answer")
        at.page.unroute(library)
        at.page.get_by_role("button", name="Try again").click()
        at.says("Linked to Mary Smith")
        assert at.stored() == digests(files_of(at.mail))


@pytest.mark.deep("Microsoft Graph in a browser")
@pytest.mark.parametrize("length", [0, 9999])
def test_modules_that_come_short_are_fetched_again(opened: Opened, length: int) -> None:
    """Python's own part: after so many bytes. Nothing that is not whole is used, nor kept."""
    modules = re.compile(r"/graph\.zip$")
    with opened() as at:

        def short(route: Route) -> None:
            whole = route.fetch()
            route.fulfill(response=whole, body=whole.body()[:length])

        at.page.route(modules, short)
        at.link()
        at.says(MISSING)
        expect(at.page.locator(".receipt").last).to_contain_text("gave no answer")
        assert at.graph.log == []
        at.page.unroute(modules)
        at.page.get_by_role("button", name="Try again").click()
        at.says("Linked to Mary Smith")
        assert at.stored() == digests(files_of(at.mail))


@pytest.mark.deep("Microsoft Graph in a browser")
def test_modules_that_come_short_once_are_not_missed(opened: Opened) -> None:
    modules = re.compile(r"/graph\.zip$")
    with opened() as at:
        at.page.route(modules, lambda route: route.fulfill(status=200, body="PK"), times=1)
        at.link()
        at.says("Linked to Mary Smith")
        assert at.stored() == digests(files_of(at.mail))
        assert len([one for one in at.requests if modules.search(one.url)]) == 2


@pytest.mark.deep("Microsoft Graph in a browser")
def test_a_bridge_that_does_not_work_opens_no_window(opened: Opened) -> None:
    with opened(bridged=False) as at:
        at.link()
        at.says(MISSING)
        assert at.graph.log == []
        assert len(at.page.context.pages) == 1
