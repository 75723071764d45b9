"""A mail that is too large by itself, without its files: said as such, and not as a missing right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.errors import ConnectorError, MailTooLarge, MessagesDenied
from connector.finding.records import Record
from connector.linking.link import Link
from contract.office import Office, sample
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from standin_outlook.mails import Mail

LIMIT = 200_000
LONG = "An answer to each of your questions. " * 10_000


@pytest.fixture
def at() -> Iterator[Office]:
    with Office.served(SandboxCrm(quirks=Quirks(post_max_size=LIMIT))) as office:
        yield office


@pytest.fixture
def mary(at: Office) -> Record:
    return at.record("Contacts", firstname="Mary", lastname="Smith")


def long_text() -> Mail:
    """A mail that travels as JSON."""
    return replace(sample("plain-ascii"), html=f"<p>{LONG}</p>", text=LONG)


def large_picture() -> Mail:
    """A mail that travels as a form, for the picture in its text."""
    mail = sample("related-inline-images")
    first, *others = mail.attachments
    return replace(mail, attachments=(replace(first, content=bytes(2 * LIMIT)), *others))


def failed(link: Link) -> ConnectorError:
    assert link.failure is not None
    return link.failure.error


@pytest.mark.parametrize("mail", [long_text(), large_picture()], ids=["text", "picture"])
def test_it_is_said_to_be_too_large(at: Office, mary: Record, mail: Mail) -> None:
    error = failed(at.link(mail, mary))

    assert isinstance(error, MailTooLarge)
    assert int(error.details["size"]) > LIMIT
    assert at.crm.messages() == at.crm.documents() == []


@pytest.mark.parametrize("mail", [long_text(), sample("plain-ascii")], ids=["large", "small"])
def test_a_missing_right_is_said_as_such_whatever_the_size(at: Office, mary: Record, mail: Mail) -> None:
    at.crm.refuse("agent", "Messages", "create")

    assert isinstance(failed(at.link(mail, mary)), MessagesDenied)


def test_it_is_linked_once_the_limit_is_raised(at: Office, mary: Record) -> None:
    failed(at.link(long_text(), mary))
    at.crm.quirks = replace(at.crm.quirks, post_max_size=10 * LIMIT)

    assert at.link(long_text(), mary).failure is None
    assert len(at.crm.linked_messages(mary.id)) == 1
