"""The open mail's content by way of Microsoft Graph, from the stand-in: every sample mail, and what can go wrong."""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.errors import OfficeError, OfficeTimeout, PressNeeded, SourceError, SourceRefused
from connector.graph.addresses import rest_id
from connector.ports import CloudLink, FileHandle
from connector.ports.graph import Grant
from contract.graph_desk import ANOTHER, CLAIMS, LARGE, Opened, opened, with_files
from contract.office import sample
from mails.samples import SAMPLES
from standin_outlook.graph import Fault
from standin_outlook.items import SHARED, attachments_of
from standin_outlook.mail import Attachment, Format, Kind, Mail
from standin_outlook.manners import Manners

__all__ = ["opened"]

# What Graph hands out


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: Path(mail.source).stem)
def test_every_sample_mail_comes_byte_by_byte(opened: Opened, mail: Mail) -> None:
    at = opened(mail)
    listed = attachments_of(mail, at.outlook.manners)
    for place, one in enumerate(listed):
        read = at.do(at.source.read_file(at.listed()[place]))
        if one.kind is Kind.CLOUD:
            assert read == CloudLink(""), "Graph 1.0 does not tell where it leads"
            continue
        assert at.content(read) == one.content
        if one.kind is Kind.ITEM and isinstance(read, FileHandle):
            calendar = one.format is Format.ICALENDAR
            assert read.media_type == ("text/calendar" if calendar else "message/rfc822")
    whole = at.do(at.source.original())
    assert at.content(whole.file) == mail.raw
    assert whole.skeleton
    at.do(at.source.headers())
    assert len(at.asked("list")) == (len(listed) + 9) // 10


def test_headers_come_as_text(opened: Opened) -> None:
    at = opened(sample("reply-chain"))
    text = at.do(at.source.headers())
    assert f"Message-ID: {at.mail.internet_message_id}\r\n".casefold() in text.casefold()


def test_where_a_link_leads_is_taken_if_graph_tells_it(opened: Opened) -> None:
    at = opened(sample("cloud-attachment"), links=True)
    place = next(place for place, one in enumerate(at.mail.attachments) if one.kind is Kind.CLOUD)
    read = at.do(at.source.read_file(at.listed()[place]))
    assert read == CloudLink(at.mail.attachments[place].content.decode())


def test_several_at_once_need_one_list_and_one_token(opened: Opened) -> None:
    at = opened(with_files(*(bytes([one]) * 500 for one in range(25)), name="same.bin"))

    async def all_of_them() -> list[FileHandle | CloudLink]:
        return await asyncio.gather(*map(at.source.read_file, at.listed()))

    read = at.do(all_of_them())
    contents = [at.files.held[one.key][0] for one in read if isinstance(one, FileHandle)]
    assert contents == [one.content for one in at.mail.attachments], "of files with one name each is its own"
    assert len(at.asked("list")) == 3, "three pages"
    assert len(at.entra.given) == 1


def test_a_web_page_may_be_a_file(opened: Opened) -> None:
    page = Attachment("page.html", "application/octet-stream", Kind.FILE, Format.BASE64, b"<html>")
    at = opened(replace(with_files(LARGE), attachments=(page, replace(page, name="data.json"))))
    at.graph.served_as = "text/html; charset=utf-8"
    assert at.read(0) == b"<html>"
    assert at.refused(1).code == "graph-unreadable"
    at.graph.served_as = "application/json"
    assert at.read(1) == b"<html>"


def test_a_shared_mailbox_is_asked_with_its_own_permission(opened: Opened) -> None:
    at = opened(with_files(LARGE), Manners(shared="given"))
    assert at.read() == LARGE
    assert all(one.path.startswith(f"/v1.0/users/{SHARED}/messages/") for one in at.graph.log)
    assert [one.scopes for one in at.entra.given.values()] == [{"Mail.Read.Shared"}]


def test_another_mail_is_asked_for_anew(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    assert at.read() == LARGE
    at.outlook.select(ANOTHER)
    at.open_mails = {*at.open_mails, rest_id(ANOTHER.item_id)}
    at.do(at.source.headers())
    assert rest_id(ANOTHER.item_id) in at.graph.log[-1].path


# What goes wrong, and mends itself


@pytest.mark.parametrize(
    "fault",
    [
        Fault("busy_429", "list", value="3"), Fault("busy_429", "content", value="Wed, 21 Oct 2015 07:28:00 GMT"),
        Fault("busy_429", times=3), Fault("away_503", times=2), Fault("late_504", "content", 2), Fault("failed_500"),
        Fault("reset", "list"), Fault("reset", "content", 2, after_bytes=1000), Fault("cut", "content", after_bytes=10),
        Fault("cut", "list", after_bytes=10), Fault("refused_401"), Fault("refused_401", "content"),
        Fault("challenge_401", value=CLAIMS), Fault("unreadable", "content"), Fault("moved_302", "content", value="https://x.example/"),
        Fault("other_part", "content"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.what} {fault.times}",
)  # fmt: skip
def test_it_mends_itself(opened: Opened, fault: Fault) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(fault)
    assert at.read() == LARGE
    assert at.graph.struck or fault.kind == "challenge_401"
    assert at.clock.slept <= 60


def test_graph_is_given_the_pause_that_it_wants(opened: Opened) -> None:
    at = opened(with_files(LARGE), waits_told=True)
    at.graph.faults.append(Fault("busy_429", "content", value="7"))
    assert at.read() == LARGE
    assert at.clock.slept == 7


def test_longer_pauses_are_made_where_graph_does_not_let_a_page_see_what_it_wants(opened: Opened) -> None:
    """As it does today: Retry-After stands in the answer, and not among what pages of other origins may read."""
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("busy_429", "content", 3, value="7"))
    assert at.read() == LARGE
    assert at.clock.slept == 2 + 4 + 8


def test_no_more_is_asked_at_a_time_than_exchange_lets_one_ask(opened: Opened) -> None:
    at = opened(with_files(*(bytes([one]) * 500 for one in range(9)), name="same.bin"))

    async def all_of_them() -> None:
        await asyncio.gather(at.source.headers(), *map(at.source.read_file, at.listed()))

    at.do(all_of_them())
    assert {one.status for one in at.graph.log} == {200}
    assert at.graph.most_under_way <= 4


def test_a_long_file_on_a_bad_line_comes_all_the_same(opened: Opened) -> None:
    """It breaks off more often than anything is tried, and each time a good piece of it has come."""
    large = LARGE * 300
    at = opened(with_files(large))
    at.graph.faults += [
        Fault(kind, "content", after_bytes=300_000)
        for kind in ("reset", "silent", "cut", "silent", "silent", "reset", "cut")
    ]
    assert at.read() == large
    assert len(at.asked()) == 8


def test_a_file_goes_on_where_it_broke_off(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults += [Fault("reset", "content", after_bytes=4000), Fault("cut", "content", after_bytes=1000)]
    assert at.read() == LARGE
    assert at.asked() == ["", "bytes=4000-", "bytes=5000-"]


@pytest.mark.parametrize(
    ("graph", "asked"),
    [({"ranges": False}, ["", "bytes=4000-"]), ({"tags": False}, ["", "bytes=4000-"])],
)
def test_it_begins_anew_where_the_rest_is_not_known_to_be_that_of_the_same(
    opened: Opened, graph: Any, asked: list[str]
) -> None:
    at = opened(with_files(LARGE), **graph)
    at.graph.faults.append(Fault("reset", "content", after_bytes=4000))
    assert at.read() == LARGE
    assert at.asked() == asked


def test_a_question_for_the_rest_may_get_no_answer(opened: Opened) -> None:
    """A browser may have to ask first whether it may ask for a part, and nobody answers that."""
    at = opened(with_files(LARGE), ranges=None)
    at.graph.faults.append(Fault("reset", "content", after_bytes=4000))
    assert at.read() == LARGE
    assert at.asked() == ["", "bytes=4000-", "bytes=4000-", ""]


def test_a_file_that_was_changed_meanwhile_is_not_put_together_of_two(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults += [Fault("reset", "content", after_bytes=4000), Fault("changed", "content")]
    assert at.read() == LARGE + b"!"
    assert at.asked() == ["", "bytes=4000-", ""]


def test_all_that_came_and_no_end(opened: Opened) -> None:
    at = opened(with_files(b"x"))
    at.graph.faults += [Fault("cut", "content", after_bytes=1), Fault("cut", "content", after_bytes=1)]
    assert at.read() == b"x"


def test_an_old_token_is_not_used_to_its_end(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.entra.lifetime = 30
    assert at.read() == LARGE
    assert len(at.entra.given) > 1
    assert [one.status for one in at.graph.log] == [200, 200]


def test_claims_are_handed_on(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("challenge_401", value=CLAIMS))
    assert at.read() == LARGE
    assert at.entra.requests[-1]["tokenParams"]["claims"] == CLAIMS


def test_a_file_goes_on_after_a_silence(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("silent", "content", after_bytes=4000))
    assert at.read() == LARGE
    assert at.asked() == ["", "bytes=4000-"]


# What goes wrong, and is said


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("busy_429", times=99, value="3600"), "graph-busy"),
        (Fault("denied_403", "content"), "graph"),
        (Fault("late_504", "content", 99), "graph-busy"), (Fault("reset", "content", 99), "graph-unreachable"),
        (Fault("cut", "content", 99), "graph-unreachable"), (Fault("refused_401", times=99), "graph-expired"),
        (Fault("denied_403"), "graph-denied"), (Fault("missing_404", "list"), "graph-mail-missing"),
        (Fault("missing_404", "content"), "graph-file-missing"), (Fault("no_mailbox_404"), "graph-not-here"),
        (Fault("page", "list"), "graph-unreadable"), (Fault("page", "content"), "graph-unreadable"),
        (Fault("odd_list", "list"), "graph-unreadable"),
        (Fault("odd_list", "content"), "graph-unreadable"), (Fault("unreadable", times=99), "graph-unreachable"),
        (Fault("elsewhere", "list", value="https://evil.example/x"), "graph-unreadable"),
        (Fault("elsewhere", "list", value="https://graph.microsoft.com/v1.0/me/messages"), "graph-unreadable"),
        (Fault("moved_302", times=99, value="https://evil.example/"), "graph-unreachable"),
        (Fault("other_part", "content", 99), "graph-unreachable"),
    ],
    ids=lambda one: f"{one.kind} {one.what} {one.times}" if isinstance(one, Fault) else one,
)  # fmt: skip
def test_it_is_said(opened: Opened, fault: Fault, code: str) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(fault)
    assert at.refused().code == code
    assert at.clock.slept <= 240


@pytest.mark.parametrize(
    ("silently", "code", "press"),
    [
        ("consent", "graph-consent", True), ("second factor", "graph-expired", True),
        ("expired", "graph-expired", True),
        ("admin", "graph-admin-needed", False), ("approved app", "graph-conditions", False),
        ("blocked", "graph-conditions", False), ("unknown app", "graph-setup", False),
        ("no account", "graph-not-here", False),
        ("disabled", "graph-no-bridge", False), ("offline", "graph-unreachable", False), ("busy", "graph-busy", False),
    ],
)  # fmt: skip
def test_without_a_token_nothing_is_asked_of_graph(opened: Opened, silently: str, code: str, press: bool) -> None:
    at = opened(with_files(LARGE))
    at.entra.silently = silently
    error = at.refused()
    assert (error.code, isinstance(error, PressNeeded)) == (code, press)
    assert at.graph.log == []
    assert at.broker.asked == 0, "nobody is asked before something is pressed"


def test_an_outlook_that_does_not_answer_is_waited_for_once(opened: Opened) -> None:
    at = opened(with_files(LARGE, b"2" * 900, b"3" * 800))
    given, asked, now = at.broker.silent, [0], [at.clock.now()]

    async def silence(*_: Any, **__: Any) -> Grant:
        asked[0] += 1
        raise OfficeTimeout(what="token")

    at.broker.silent = silence  # type: ignore[method-assign]
    at.clock.now = lambda: now[0]  # type: ignore[method-assign]
    for place in range(3):
        with pytest.raises(OfficeTimeout):
            at.read(place)
    assert asked == [1]
    at.broker.silent = given  # type: ignore[method-assign]
    now[0] += datetime.timedelta(minutes=1)
    assert at.read() == LARGE


def test_an_outlook_without_a_bridge(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.entra.bridged = False
    assert isinstance(at.refused(), SourceRefused)
    assert at.graph.log == []


def test_after_the_consent_the_file_comes(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.entra.silently = "consent"
    assert at.refused().code == "graph-consent"
    at.do(at.source.ask())
    assert at.read() == LARGE
    assert at.broker.asked == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [("closed", "graph-closed"), ("declined", "graph-not-allowed"), ("admin", "graph-admin-needed")],
)
def test_the_user_may_say_no(opened: Opened, asked: str, code: str) -> None:
    at = opened(with_files(LARGE))
    at.entra.silently, at.entra.asked = "consent", asked
    at.refused()
    with pytest.raises(SourceError) as refusal:
        at.do(at.source.ask())
    assert refusal.value.code == code
    assert at.refused().code == "graph-consent", "nothing was given"
    assert at.graph.log == []


def test_the_user_is_asked_for_what_graph_claims(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    assert at.read() == LARGE
    at.graph.faults.append(Fault("challenge_401", value=CLAIMS))
    at.entra.silently = "second factor"
    assert at.refused().code == "graph-expired"
    at.do(at.source.ask())
    assert at.entra.requests[-1]["tokenParams"]["claims"] == CLAIMS
    assert at.read() == LARGE


def test_a_pause_that_nobody_waits_for(opened: Opened) -> None:
    at = opened(with_files(LARGE), waits_told=True)
    at.graph.faults.append(Fault("busy_429", value="3600"))
    assert at.refused().code == "graph-busy"
    assert at.clock.slept == 0


def test_claims_come_with_a_403_too(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("challenge_403", value=CLAIMS))
    assert at.read() == LARGE
    assert at.entra.requests[-1]["tokenParams"]["claims"] == CLAIMS


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1e300, 1e300])
def test_a_token_may_say_any_number_of_seconds(opened: Opened, seconds: float) -> None:
    at = opened(with_files(LARGE))
    given = at.broker.silent

    async def odd(scope: str, *, claims: str = "", fresh: bool = False) -> Grant:
        return replace(await given(scope, claims=claims, fresh=fresh), seconds=seconds)

    at.broker.silent = odd  # type: ignore[method-assign]
    assert at.read() == LARGE


def test_a_mail_without_an_id_can_not_be_asked_for(opened: Opened) -> None:
    at = opened(with_files(LARGE), Manners(item_id="empty"))
    assert at.refused().code == "graph-mail-missing"
    assert at.graph.log == []


def test_no_mail_is_open(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    wanted = at.listed()[0]
    at.outlook.select(None)
    with pytest.raises(OfficeError) as refusal:
        at.do(at.source.read_file(wanted))
    assert refusal.value.code == "no-mail"
    assert at.graph.log == []


def test_what_is_cancelled_leaves_nothing_behind(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("busy_429", "content", value="20"))

    async def cancelled() -> None:
        reading = asyncio.ensure_future(at.source.read_file(at.listed()[0]))
        while not at.graph.struck:
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        assert reading.cancelled()

    at.do(cancelled())
    assert at.files.held == {}


def test_silence_is_told_as_such(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("silent", "content", 9, after_bytes=4000))
    with pytest.raises(OfficeTimeout):
        at.read()
    assert len(at.asked()) == 2
    assert at.files.held == {}


@pytest.mark.parametrize(
    "fault", [Fault("reset", "content", 99), Fault("busy_429", "content", 99), Fault("silent", "content", 99)]
)
def test_the_other_files_do_not_wait_for_what_one_has_waited_for(opened: Opened, fault: Fault) -> None:
    at = opened(with_files(LARGE, b"2" * 900))
    at.graph.faults.append(fault)
    with pytest.raises(OfficeError):
        at.read(0)
    before, waited = len(at.asked()), at.clock.slept
    with pytest.raises(OfficeError):
        at.read(1)
    assert (len(at.asked()) - before, at.clock.slept) == (1, waited)
    at.graph.faults.clear()
    assert at.read(0) == LARGE
