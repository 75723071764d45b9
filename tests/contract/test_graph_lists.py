"""Which of Graph's files is which of Outlook's, and whether its mail is the open one."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import SourceError, SourceRefused
from connector.graph import listing
from connector.mail import headers
from connector.mail.mail import mail_from
from connector.mail.ours import NOTHING
from connector.mail.recognition import is_of_another
from connector.mail.source import Source
from contract.graph_desk import ANOTHER, LARGE, Opened, opened, with_files
from contract.lying_outlook import LyingOutlook
from contract.office import sample
from contract.surroundings import Files
from mails.samples import SAMPLES
from standin_outlook.graph import Fault, answers
from standin_outlook.mail import Mail
from standin_outlook.mails import Mailbox
from standin_outlook.manners import Manners, choices

__all__ = ["opened"]


def test_files_of_one_name_without_an_id_are_all_read(opened: Opened) -> None:
    """Nothing but their place in the list tells them apart: each comes, and none twice."""
    at = opened(with_files(b"1" * 900, b"2" * 800, b"3" * 700), Manners(attachment_ids="missing", sizes="missing"))
    read = [at.content(at.do(at.source.read_file(one))) for one in at.listed()]
    assert read == [one.content for one in at.mail.attachments]


@pytest.mark.parametrize("reads", [True, False], ids=["computer", "telephone"])
def test_outlook_may_have_ids_of_the_other_form(opened: Opened, reads: bool) -> None:
    at = opened(with_files(b"1" * 900, b"2" * 800, b"3" * 700), Manners(sizes="zero", attachments="reversed"))
    raw = at.outlook.mail()
    assert raw is not None
    others = tuple(replace(one, id=answers.immutable_id(one.id)) for one in raw.attachments)
    at.outlook.mail = lambda: replace(raw, attachments=others)  # type: ignore[method-assign]
    at.outlook.reads_files = lambda: reads  # type: ignore[method-assign]
    read = [at.content(at.do(at.source.read_file(one))) for one in others]
    assert read == [one.content for one in at.mail.attachments][::-1]
    assert len(at.asked("list")) == 2


def test_order_does_not_decide_where_outlook_may_give_some_of_them(opened: Opened) -> None:
    at = opened(with_files(b"1" * 900, b"2" * 800), Manners(sizes="zero"))
    raw = at.outlook.mail()
    assert raw is not None
    others = tuple(replace(one, id=f"another{one.place}") for one in raw.attachments)
    at.outlook.mail = lambda: replace(raw, attachments=others)  # type: ignore[method-assign]
    with pytest.raises(SourceError) as refusal:
        at.do(at.source.read_file(others[0]))
    assert refusal.value.code == "graph-file-missing"


@pytest.mark.parametrize("sizes", ["off", "right", "zero"])
@pytest.mark.parametrize("order", ["in order", "reversed"])
def test_files_of_one_name_are_told_apart(opened: Opened, sizes: Any, order: Any) -> None:
    at = opened(with_files(b"1" * 900, b"2" * 800, b"3" * 700), Manners(sizes=sizes, attachments=order))
    read = [at.content(at.do(at.source.read_file(one))) for one in at.listed()]
    assert sorted(read) == sorted(one.content for one in at.mail.attachments)


PROPERTIES = ("message_id", "subject", "senders", "others", "order", "case", "names", "created")


@given(
    st.sampled_from(SAMPLES),
    st.fixed_dictionaries({name: st.sampled_from(choices()[name]) for name in PROPERTIES}).map(
        lambda drawn: Manners(**drawn)
    ),
)
def test_a_mail_is_recognized_whatever_outlook_tells_of_it(mail: Mail, manners: Manners) -> None:
    outlook = LyingOutlook(Files(), manners)
    outlook.select(mail)
    raw = outlook.mail()
    assert raw is not None
    wanted = frozenset(["internetMessageHeaders", "internetMessageId", "subject", "from", "sentDateTime"])
    told = listing.told(json.dumps(answers.told(mail, Mailbox([mail], manners=manners), wanted)))
    assert not is_of_another(Source(told.head), mail_from(raw, NOTHING))


def test_files_that_can_not_be_told_apart_are_not_mixed_up(opened: Opened) -> None:
    at = opened(with_files(b"1" * 900, b"2" * 800))
    raw = at.outlook.mail()
    assert raw is not None
    # Outlook lists one of them only, with a size that is neither's.
    alone = replace(raw.attachments[0], id="", size=5)
    at.outlook.mail = lambda: replace(raw, attachments=(alone,))  # type: ignore[method-assign]
    with pytest.raises(SourceError) as refusal:
        at.do(at.source.read_file(alone))
    assert refusal.value.code == "graph-file-missing"


def test_the_token_may_be_another_account_s(opened: Opened) -> None:
    """Of several accounts on a telephone Outlook need not sign in the one whose mail is open."""
    at = opened(with_files(LARGE), another=True)
    error = at.refused()
    assert error.code == "graph-elsewhere"
    assert isinstance(error, SourceRefused)
    assert at.asked() == []


def test_what_outlook_does_not_list_is_counted(opened: Opened) -> None:
    at = opened(with_files(LARGE, b"2" * 900, b"3" * 800))
    raw = at.outlook.mail()
    assert raw is not None
    at.outlook.mail = lambda: replace(raw, attachments=raw.attachments[:2])  # type: ignore[method-assign]
    assert at.source.unlisted() == 0, "nobody has asked"
    at.read()
    assert at.source.unlisted() == 1


@pytest.mark.parametrize("name", ["reply-chain", "catalogue-to-ana"])
def test_what_tells_a_mail_from_others_comes_of_sent_mails_too(opened: Opened, name: str) -> None:
    at = opened(sample(name))
    head = headers.parse(at.do(at.source.head()))
    assert head.first("Message-ID").casefold() == at.mail.internet_message_id.casefold()
    assert headers.date(head) == at.mail.date
    assert bool(at.do(at.source.headers())) is (name == "reply-chain")
    assert len(at.asked("headers")) == 1, "asked once"


def test_a_list_in_which_a_file_is_missing_is_asked_for_again_a_while_later(opened: Opened) -> None:
    """A press on Try again has to help where a mail was changed since."""
    at = opened(with_files(LARGE))
    mails, now = at.graph.mailbox.mails, at.clock.now()
    at.clock.now = lambda: now  # type: ignore[method-assign]
    at.graph.mailbox.mails = [replace(at.mail, attachments=())]
    assert at.refused().code == "graph-file-missing"
    asked = len(at.asked("list"))
    assert at.refused().code == "graph-file-missing"
    assert len(at.asked("list")) == asked, "not for each file anew"
    at.graph.mailbox.mails = mails
    now += datetime.timedelta(minutes=1)
    assert at.read() == LARGE


def test_nothing_more_is_asked_for_a_mail_that_is_not_open_any_more(opened: Opened) -> None:
    at = opened(with_files(LARGE))
    at.graph.faults.append(Fault("busy_429", "content"))
    sleep = at.clock.sleep

    async def sleep_while_another_is_selected(seconds: float) -> None:
        at.outlook.select(ANOTHER)
        await sleep(seconds)

    at.clock.sleep = sleep_while_another_is_selected  # type: ignore[method-assign]
    assert at.refused().code == "graph-file-missing"
    assert len(at.asked()) == 1
