"""The pane's own client against the sandbox's component, over real HTTP: tokens, codes, the sign-in page, finding."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connector.errors import (
    CodeExpired,
    CodeWrong,
    ConnectorError,
    GrantRefused,
    LicenceExpired,
    LicenceMissing,
    MailTooLarge,
    NoSeat,
    PaneTooNew,
    PaneTooOld,
    PasswordWrong,
    RecordRefused,
    SignInNeeded,
    SignInRefused,
    TooManyAttempts,
    UserInactive,
)
from connector.finding.otherside import other_side
from connector.finding.suggestion import Reason
from connector.mail.mail import Mail, mail_from
from connector.mail.ours import ours_of
from connector.ports import Clock, Kept, Store
from connector.signin import page as signinpage
from connector.signin.page import Visit
from connector.signin.windows import WithKeptToken
from connector.vtenext.client import CrmClient
from connector.vtenext.component import operations as component
from connector.vtenext.component.operations import CodeAsked, PageRequired
from connector.vtenext.component.question import Question
from connector.vtenext.crm import Crm, Look
from connector.vtenext.doors import connected, storing
from connector.vtenext.session import Session
from contract.component_crm import Clock as CrmClock
from contract.office import PASSWORDS, Office, digests, files_of, sample
from patience import LONGEST
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from workshop.serving import Server

PANE = "1.0.0"
BACK = "https://addin.example.com/signin.html"


@pytest.fixture(scope="module")
def served() -> Iterator[Office]:
    """One CRM for all tests here."""
    crm = SandboxCrm()
    with Server(create_app(crm)) as server:
        yield Office.over(crm, server.url)
    crm.close()


@pytest.fixture
def at(served: Office) -> Office:
    """The CRM as at its start, with a fresh component."""
    served.crm.install_component(Component(redirects={BACK}))
    served.crm.reset()
    served.transport.requests.clear()
    return served


def component_of(at: Office) -> Component:
    assert at.crm.component is not None
    return at.crm.component


def signing_in(
    at: Office, user: str = "agent", password: str = "", code: str = "", pane: str = PANE
) -> Session | CodeAsked | PageRequired:
    signing = component.sign_in(
        at.transport, at.url, user, password or PASSWORDS[user], code=code, stay=False, device="Tests", pane=pane
    )
    return asyncio.run(signing)


def sign_in(at: Office, user: str = "agent", password: str = "", code: str = "", pane: str = PANE) -> Session:
    answer = signing_in(at, user, password, code, pane)
    assert isinstance(answer, Session)
    return answer


def test_the_status_is_read(at: Office) -> None:
    found = asyncio.run(component.status(at.transport, at.url))
    assert found is not None
    assert (found.contract, found.licence, found.zone, found.signed_in) == (1, "active", "Europe/Rome", False)
    assert found.methods == ("password", "page")
    assert found.file_limit > 0
    token = sign_in(at).token
    signed = asyncio.run(component.status(at.transport, at.url, token))
    assert signed is not None
    assert (signed.user, signed.name, signed.renewal_due) == ("agent", "Luca Conti", False)


def test_a_stock_crm_has_no_status(at: Office) -> None:
    at.crm.remove_component()
    assert asyncio.run(component.status(at.transport, at.url)) is None


def test_a_password_gives_a_token_and_no_key(at: Office) -> None:
    session = sign_in(at, "agent", PASSWORDS["agent"])
    assert (session.user, session.name, session.access_key) == ("agent", "Luca Conti", "")
    assert session.token.startswith("mct1_")


def test_a_user_name_is_exact_in_letter_case(at: Office) -> None:
    with pytest.raises(SignInRefused):
        sign_in(at, "Agent", PASSWORDS["agent"])


@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [
        ("licence", "missing", LicenceMissing),
        ("licence", "expired", LicenceExpired),
        ("seats", 0, NoSeat),
        ("pane_minimum", "1.1", PaneTooOld),
        ("pane_maximum", "0.9", PaneTooNew),
    ],
)
def test_what_the_component_refuses_first(at: Office, setting: str, value: object, error: type[ConnectorError]) -> None:
    setattr(component_of(at), setting, value)
    with pytest.raises(error) as raised:
        sign_in(at)
    assert type(raised.value) is error
    assert not any(PASSWORDS["agent"] in detail for detail in raised.value.details.values())


@pytest.mark.parametrize(
    ("setting", "value", "kind"),
    [
        ("page_only", {"agent"}, PageRequired),
        ("password", False, PageRequired),
        ("second_factor", {"agent": "mail"}, CodeAsked),
    ],
)
def test_what_the_component_asks_for_first(at: Office, setting: str, value: object, kind: type[object]) -> None:
    setattr(component_of(at), setting, value)
    answer = signing_in(at)
    assert isinstance(answer, kind)
    assert PASSWORDS["agent"] not in repr(answer)


def test_wrong_inactive_and_too_many(at: Office) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused) as raised:
            sign_in(at, password="wrong")  # no secret
        assert type(raised.value) is PasswordWrong
    with pytest.raises(TooManyAttempts) as waiting:
        sign_in(at)
    assert waiting.value.details["retry_after"] == "10"
    at.crm.deactivate("sara")
    with pytest.raises(UserInactive):
        sign_in(at, "sara")
    for _ in range(20):
        component_of(at).count_failure("127.0.0.1")
    with pytest.raises(TooManyAttempts) as waiting:
        sign_in(at, "admin")
    assert waiting.value.details["retry_after"].isdigit()


def test_codes(at: Office) -> None:
    component_of(at).second_factor["agent"] = "wilson"
    asked = signing_in(at)
    assert isinstance(asked, CodeAsked)
    assert asked.channel == "wilson"
    right = component_of(at).last_code("agent")
    with pytest.raises(CodeWrong) as wrong:
        sign_in(at, code=f"{(int(right) + 1) % 1_000_000:06}")
    assert wrong.value.details["remaining"] == "4"
    assert sign_in(at, code=right).token
    with pytest.raises(CodeExpired):
        sign_in(at, code=right)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("expire", "expired"),
        ("revoke", "revoked"),
        ("deactivate", "inactive"),
        ("password", "password_changed"),
        ("key", "access_key_renewed"),
        ("remove", "unknown"),
    ],
)
def test_why_a_session_ended(at: Office, how: str, why: str) -> None:
    session = sign_in(at)
    ends: dict[str, Callable[[], object]] = {
        "expire": lambda: component_of(at).expire_tokens(),
        "revoke": lambda: component_of(at).revoke_tokens(),
        "deactivate": lambda: at.crm.deactivate("agent"),
        "password": lambda: at.crm.set_password("agent", "another"),
        "key": lambda: at.crm.renew_access_key("agent"),
        "remove": lambda: at.crm.install_component(),
    }
    ends[how]()
    with pytest.raises(SignInNeeded) as raised:
        asyncio.run(CrmClient(at.transport, session).ask_component(Question("mailconnectormail", {"message": "44x1"})))
    assert raised.value.details["why"] == why
    assert at.crm.failed_sign_ins("agent") == 0


def test_a_token_is_renewed_for_the_same_device_and_revoked(at: Office) -> None:
    session = sign_in(at)
    renewed = asyncio.run(component.renew(at.transport, session, PANE))
    assert (renewed.user, renewed.token == session.token) == ("agent", False)
    [device] = component_of(at).devices.live()
    asyncio.run(component.sign_out(at.transport, renewed))
    assert component_of(at).devices.live() == []
    assert device.name == "Tests"
    # Once more is no error.
    asyncio.run(component.sign_out(at.transport, renewed))


class Shared:
    """What two windows of the pane share: a kept sign-in; and a clock of their own."""

    def __init__(self, session: Session) -> None:
        self.now_is = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
        self.keep(session)

    def keep(self, session: Session) -> None:
        self.kept = Kept(session.crm_url, session.user, token=session.token)

    async def load(self) -> Kept:
        return self.kept

    def now(self) -> datetime.datetime:
        return self.now_is


@pytest.mark.parametrize("follows", [True, False])
def test_a_window_that_stays_open_follows_the_renewal_of_another(
    at: Office, follows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = CrmClock()
    monkeypatch.setattr(at.crm, "clock", clock)
    session = sign_in(at)
    shared = Shared(session)
    window = WithKeptToken(at.transport, cast(Store, shared), cast(Clock, shared)) if follows else at.transport

    async def work() -> bool:
        await component.status(window, at.url, session.token)
        renewed = await component.renew(at.transport, session, PANE)
        shared.keep(renewed)
        clock.forward(seconds=301)
        shared.now_is += datetime.timedelta(seconds=301)
        status = await component.status(window, at.url, session.token)
        return status is not None and status.signed_in

    assert asyncio.run(work()) is follows
    assert len(component_of(at).devices.live()) == follows


def test_a_link_by_token_stores_everything_by_the_components_own_operations(at: Office) -> None:
    mail = sample("related-inline-images")
    client = CrmClient(at.transport, sign_in(at))
    mary = at.record("Contacts", firstname="Mary", lastname="Smith")
    link = asyncio.run(at.linker(client).run(at.plan(mail, mary)))
    assert link.failure is None
    [message] = at.crm.linked_messages(mary.id)
    assert digests(at.crm.file(one) for one in message.attachments) == digests(files_of(mail))
    operations = {request.url.rpartition("/")[2] for request in at.transport.requests}
    assert operations == {"mailconnectorlogin", "mailconnectorrecord", "mailconnectormail", "mailconnectorlink"}
    [upload] = [one for one in at.transport.requests if one.files]
    assert set(upload.fields) == {"mail", "names", "targets"}
    assert upload.headers["Authorization"] == f"Bearer {client.session.token}"
    assert not [one for one in at.transport.requests if client.session.token in (one.url + (one.body or ""))]


def test_refusals_come_through(at: Office) -> None:
    client = CrmClient(at.transport, sign_in(at))
    with pytest.raises(RecordRefused):
        asyncio.run(storing(client).check("4x999999"))
    with pytest.raises(RecordRefused):
        asyncio.run(storing(client).read("44x999999"))


def test_a_licence_that_ends_stops_the_next_call(at: Office) -> None:
    client = CrmClient(at.transport, sign_in(at))
    component_of(at).licence = "expired"
    with pytest.raises(LicenceExpired) as raised:
        asyncio.run(client.ask_component(Question("mailconnectormail", {"message": "44x1"})))
    assert raised.value.details["host"] == urlsplit(at.url).netloc


def test_an_upload_over_the_limit_is_too_large_and_no_lost_session(at: Office) -> None:
    client = CrmClient(at.transport, sign_in(at))
    at.crm.quirks = replace(at.crm.quirks, post_max_size=1000)
    plan = at.plan(sample("related-inline-images"), at.record("Contacts", lastname="Smith"))
    link = asyncio.run(at.linker(client).run(plan))
    assert link.failure is not None
    assert isinstance(link.failure.error, MailTooLarge)


def test_suggestions_and_the_links_of_others(at: Office) -> None:
    mail = sample("plain-ascii")
    mary = at.record("Contacts", firstname="Mary", lastname="Smith")
    theirs = CrmClient(at.transport, sign_in(at, "sara"))
    assert asyncio.run(at.linker(theirs).run(at.plan(mail, mary))).failure is None
    at.mailbox.open = mail
    raw = at.mailbox.mail()
    assert raw is not None
    shown = mail_from(raw, ours_of(at.mailbox.owner))
    client = CrmClient(at.transport, sign_in(at))
    look = asyncio.run(_seen(connected(client), shown))
    answers, earlier = look.answers, look.earlier
    assert earlier is not None
    assert answers.unasked is None
    assert {"Mary Smith", "Northwind Traders"} <= {one.record.name for one in answers.found}
    assert {Reason.ADDRESS, Reason.COMPANY, Reason.OPPORTUNITY, Reason.TICKET} <= {one.reason for one in answers.found}
    assert [one.id for one in earlier.records] == [mary.id]
    [copy] = earlier.copies
    assert (copy.by, copy.own) == ("Sara Lind", False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", copy.at)


async def _seen(crm: Crm, mail: Mail) -> Look:
    [look] = [one async for one in crm.look(mail, other_side(mail))]
    return look


# The sign-in page ---------------------------------------------------------------------------------


def through_the_page(at: Office, visit: Visit) -> str:
    """Sign in there as agent and allow; returns the fragment that it leads back with."""
    with httpx.Client(timeout=LONGEST) as browser:
        address = visit.address(device="Tests", stay=False, pane=PANE)
        signing = {"user_name": "agent", "user_password": PASSWORDS["agent"]}
        page = browser.post(address, data=signing, follow_redirects=True)
        csrf = re.search(r'name="__csrf_token" value="([^"]+)"', page.text)
        assert csrf is not None, page.text
        answer = browser.post(address, data={"__csrf_token": csrf[1], "decision": "allow"})
    target, _, fragment = answer.headers["location"].partition("#")
    assert target == BACK
    assert set(parse_qs(fragment)) == {"code", "iss", "state"}
    return str(fragment)


def test_the_page_gives_a_code_and_the_code_a_token_once(at: Office) -> None:
    visit = signinpage.begin(at.url, BACK)
    code = visit.grant(through_the_page(at, visit))
    session = asyncio.run(signinpage.exchange(at.transport, visit, code, PANE))
    assert (session.user, session.name) == ("agent", "Luca Conti")
    with pytest.raises(GrantRefused):
        asyncio.run(signinpage.exchange(at.transport, visit, code, PANE))
    assert component_of(at).devices.live() == [], "a code that comes again ends what it gave"


def test_a_code_is_good_for_its_own_visit_only(at: Office) -> None:
    visit, other = (signinpage.begin(at.url, BACK) for _ in range(2))
    code = visit.grant(through_the_page(at, visit))
    with pytest.raises(GrantRefused):
        asyncio.run(signinpage.exchange(at.transport, other, code, PANE))
    with pytest.raises(GrantRefused):
        asyncio.run(signinpage.exchange(at.transport, visit, code, PANE))
    assert component_of(at).devices.live() == []
