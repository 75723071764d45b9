"""Mails for an Outlook that lies: hypothesis draws them, with everything whose loss somebody would notice."""

from __future__ import annotations

import datetime
import hashlib
from email.message import EmailMessage
from email.utils import format_datetime

from hypothesis import strategies as st

from standin_outlook.mails import Mail, read

OWN, KNOWN = "sales@ourcompany.example", "mary.smith@northwind.example"
PEOPLE = (
    f"Mary Smith <{KNOWN}>", "giulia.rossi@rossi.example", '"Hara, Ada" <ada.hara@elsewhere.example>',
    "Juergen Mueller <juergen@mueller.example>", "O'Brien <sean@obrien.example>",
)  # fmt: skip
NAMES = (
    "offer.pdf", "offer.pdf", "picture.png", "data.bin", "my_report_1.txt", "Angebot Kühlhaus.docx", "x.eml",
    "2026-11-23 Offer for the extension of the cold store, revision 3.pdf",
    "2026-11-23 Offer for the extension of the cold store, revision 4.pdf",
    "a&b <c>.txt", "photo \U0001f600.jpg", ".htaccess", "no ending",
)  # fmt: skip
WORDS = ("please", "offer", "storage", "revision", "tomorrow", "Kühlhaus", "delivery", "invoice", "quantity", "regards")
DATES = ("+0000", "+0100", "-0500", "none", "nonsense")


class Drawn:
    """A mail that was drawn; shown by what it is made of."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    def __repr__(self) -> str:
        files = [(one.name, len(one.content), one.content_id) for one in self.mail.attachments]
        words = self.mail.text[:80] if self.mail.text.strip() else self.mail.html[:300]
        return f"{self.mail.source or self.mail.headers[:600]!r} {words!r} {files}"


@st.composite
def mails(draw: st.DrawFn) -> Drawn:
    """A mail: received or sent, with or without a Message-ID, date, text, pictures and files."""
    number = draw(st.integers(1, 10**6))
    message = EmailMessage()
    sent = draw(st.booleans())
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
    crowd = draw(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 0, 120, 520]))
    others = [*people[1:], *(f"person{i}@crowd.example" for i in range(crowd))]
    message["From"] = f"Sales <{OWN}>" if sent else people[0]
    to = [people[0], *others] if sent else [f"Sales <{OWN}>", *others]
    if draw(st.booleans()):
        message["Cc"] = "Accounting <accounting@ourcompany.example>"
    message["Subject"] = draw(st.sampled_from(["", "Offer 42", "Angebot für Kühlhaus", "Offer \U0001f600", "x " * 150]))
    zone = draw(st.sampled_from(DATES))
    if zone == "nonsense":
        message["Date"] = "yesterday, at noon"
    elif zone != "none":
        there = datetime.timezone(datetime.timedelta(hours=int(zone[:3])))
        moment = datetime.datetime(2026, 11, 3, 9, number % 60, tzinfo=there)
        message["Date"] = format_datetime(moment)
    if draw(st.booleans()):
        message["Message-ID"] = f"<Lie-{number}@northwind.example>"
    if draw(st.booleans()):
        message["In-Reply-To"] = "<before@northwind.example>"
    _write(draw, message, number)
    for index in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(NAMES))
        size = draw(st.sampled_from([0, 40, 40, 41, 700, 3000]))
        message.add_attachment(_bytes(number, index, size), "application", "octet-stream", filename=name)
    for index, part in enumerate(message.walk()):
        if part.is_multipart():
            # A boundary by chance would make another mail of the same draws.
            part.set_boundary(f"=_{number}_{index}")
    # Written by hand: of 500 people, the library makes more work than all that follows.
    return Drawn(read(b"To: " + ",\n ".join(to).encode() + b"\n" + message.as_bytes()))


def _write(draw: st.DrawFn, message: EmailMessage, number: int) -> None:
    """The text, in HTML with pictures or plain, or none at all."""
    words = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True)))
    kind = draw(st.sampled_from(["plain", "html", "both", "none"]))
    if kind in ("plain", "both"):
        message.set_content(f"{words} <tag> & so on\n  indented\n")
    if kind in ("html", "both"):
        pictures = draw(st.integers(0, 3))
        order = draw(st.permutations(range(pictures)))
        shown = "".join(f'<img alt="picture{i}" src="cid:part{i}@mail">' for i in order)
        markup = f"<p>{words} <b>&amp; more</b></p>{shown}"
        if kind == "both":
            message.add_alternative(markup, subtype="html")
        else:
            message.set_content(markup, subtype="html")
        for i in range(pictures):
            message.add_attachment(
                _bytes(number, 100 + i, 60), "image", "png", filename=draw(st.sampled_from(["image.png", f"p{i}.png"])),
                disposition="inline", cid=f"<part{i}@mail>",
            )  # fmt: skip
    if kind == "none" and draw(st.booleans()):
        message.set_content("")


def _bytes(number: int, index: int, size: int) -> bytes:
    """Bytes that no other file of any mail has."""
    seed = hashlib.sha256(f"{number}/{index}".encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]
