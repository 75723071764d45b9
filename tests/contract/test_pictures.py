"""Pictures inside the text of a stored mail: each in its place, or an empty place and a word on the receipt."""

from __future__ import annotations

import asyncio
import base64
import email
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from connector.app.links import stored_name_of
from connector.finding.records import Record
from connector.linking.link import Link, begin
from connector.linking.receipt import receipt_of
from connector.ports import RawAttachment
from contract.both import at, client_of, mary
from contract.office import Office, sample
from sandbox_crm.store.sanitizing import BLANK
from standin_outlook.mails import Mail, read

__all__ = ["at", "mary"]


def shown(at: Office) -> list[str]:
    """Of each place for a picture in the stored text: the name of the file whose content stands there, or nothing.

    No place leads to an attachment: which one the CRM takes for it nobody knows.
    """
    [stored] = at.crm.messages()
    contents = {at.crm.file(one.id): str(one["notes_title"]) for one in at.crm.documents()}
    places = re.findall(r'<img[^>]*?src="([^"]*)"', stored["description"])
    assert all(place == BLANK or place.startswith("data:") for place in places), places
    return [
        contents[base64.b64decode(place.partition(",")[2])] if place.startswith("data:") else "" for place in places
    ]


def known(mail: Mail, attachments: tuple[RawAttachment, ...]) -> tuple[RawAttachment, ...]:
    """The attachments with what the whole message tells of them; in these mails each picture is one."""
    parts = [part for part in email.message_from_bytes(mail.raw).walk() if part.get_content_maintype() == "image"]
    return tuple(
        replace(one, content_id=part.get("Content-ID", ""), location=part.get("Content-Location", ""))
        for one, part in zip(attachments, parts, strict=True)
    )


def linked(at: Office, mail: Mail, mary: Record, *, whole: bool) -> list[str]:
    """Link the mail, of which the whole message is there or not; returns the codes of the receipt's notes."""
    link = at.plan(mail if whole else replace(mail, raw=b""), mary)
    if whole:
        opened = link.plan.mail
        opened = replace(opened, attachments=known(mail, opened.attachments))
        link = begin(replace(link.plan, mail=opened), stored_name_of)

    async def work() -> Link:
        return await at.linker(await client_of(at)).run(link)

    receipt = receipt_of(asyncio.run(work()))
    assert receipt.complete  # the pictures themselves are there, wherever they stand
    return [note.code for note in receipt.notes if note.code.startswith("picture")]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("pictures-reordered", ["pond.png", "geese.png"]),
        ("pictures-dangling", ["geese.png", ""]),
        ("pictures-unused", ["pond.png"]),
        ("pictures-by-location", ["ATT00002.png", "ATT00001.png"]),
    ],
)
def test_with_the_whole_message_each_picture_stands_in_its_place(
    at: Office, mary: Record, name: str, places: list[str]
) -> None:
    assert linked(at, sample(name), mary, whole=True) == []
    assert shown(at) == places


@pytest.mark.parametrize(
    "name",
    ["pictures-reordered", "pictures-dangling", "pictures-unused", "pictures-by-location", "inline-same-cid-twice"],
)
def test_without_it_the_places_are_empty_and_the_receipt_says_so(at: Office, mary: Record, name: str) -> None:
    assert linked(at, sample(name), mary, whole=False) == ["pictures-unplaced"]
    assert not any(shown(at))


def test_two_pictures_of_one_content_id_stand_nowhere(at: Office, mary: Record) -> None:
    assert linked(at, sample("inline-same-cid-twice"), mary, whole=True) == ["pictures-unplaced"]
    assert not any(shown(at))


@pytest.mark.parametrize("whole", [True, False])
def test_names_that_lie_place_no_picture(at: Office, mary: Record, whole: bool) -> None:
    """The whole message knows better; without it nobody does, and that is said."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "mary.smith@northwind.example", "Two", "<two@x>"
    message.set_content('<img src="cid:image001.png@01D"> then <img src="cid:image002.png@01D">', "html")
    for name, content_id in (("image001.png", "image002.png@01D"), ("image002.png", "image001.png@01D")):
        message.add_related(name.encode(), "image", "png", cid=f"<{content_id}>", filename=name)

    mail = read(message.as_bytes())

    async def work() -> Link:
        return await at.linker(await client_of(at)).run(at.plan(mail if whole else replace(mail, raw=b""), mary))

    receipt = receipt_of(asyncio.run(work()))

    assert shown(at) == (["image002.png", "image001.png"] if whole else ["", ""])
    assert [note.code for note in receipt.notes] == ([] if whole else ["pictures-unplaced"])
