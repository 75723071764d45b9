"""Small mails for the stand-in's own tests, one for each thing that Outlook tells a pane."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP

PICTURE = bytes(range(256)) * 3
DOCUMENT = b"%PDF-1.7\n" + bytes(reversed(range(256))) + b"\r\n\0\xff"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@example\r\n"
    "DTSTAMP:20261120T080000Z\r\nDTSTART;TZID=Europe/Rome:20261201T093000\r\nDTEND:20261201T093000Z\r\n"
    "LOCATION:Room 5\\, 2nd floor\r\nSUMMARY:Visit – Größe\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def _letter(subject: str, body: str, sender: str = "Mary Smith <mary.smith@northwind.example>") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = "Sales <sales@ourcompany.example>, Tom Brown <tom.brown@ourcompany.example>"
    mail["Cc"] = "office@northwind.example"
    mail["Subject"] = subject
    mail["Date"] = "Fri, 20 Nov 2026 09:30:00 +0100"
    mail["Message-ID"] = f"<{len(subject)}.{len(body)}@northwind.example>"
    mail.set_content(body)
    return mail


def _html() -> EmailMessage:
    mail = _letter("AW: Forecast – Größe 🎉", "plain words")
    mail.add_alternative('<p>Größe 🎉 <img src="cid:logo@example"></p>', subtype="html")
    mail.get_body(("html",)).add_related(  # type: ignore[union-attr]
        PICTURE, "image", "png", cid="<logo@example>", filename="logo.png", disposition="inline"
    )
    mail.add_attachment(DOCUMENT, "application", "pdf", filename="Forecast_2027 “final”.pdf")
    mail.add_attachment(b"", "text", "plain", filename="empty.txt")
    return mail


def _items() -> EmailMessage:
    mail = _letter("Items", "Look inside.")
    mail.add_attachment(_html())
    appointment = _letter("Visit – Größe", "")
    appointment.set_content(CALENDAR.format(method="PUBLISH"), subtype="calendar")
    mail.add_attachment(appointment)
    cloud = EmailMessage(policy=SMTP)
    cloud["Content-Type"] = 'application/octet-stream; name="Draft.docx"'
    cloud["Content-Disposition"] = 'attachment; filename="Draft.docx"'
    cloud["X-Cloud-Attachment"] = "https://files.example/s/abc?d=1&e=2"
    mail.attach(cloud)
    mail.add_attachment(CALENDAR.format(method="PUBLISH").encode(), "text", "calendar", filename="fair.ics")
    return mail


def _invitation() -> EmailMessage:
    mail = _letter("Invitation: visit", "Please come.")
    mail.add_alternative(CALENDAR.format(method="REQUEST"), subtype="calendar", params={"method": "REQUEST"})
    return mail


def _large() -> bytes:
    block = base64.encodebytes(bytes(range(256)) * 4096).replace(b"\n", b"\r\n")
    parts = b"".join(
        b"--cut\r\nContent-Type: application/zip; name=large.zip\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=large.zip\r\n\r\n" + block * 8 + b"\r\n"
        for _ in range(1)
    )
    return (
        b"From: a@b.example\r\nSubject: Large\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
        b"--cut\r\n\r\nlarge\r\n" + parts + b"--cut--\r\n"
    )


MAILS: dict[str, bytes] = {
    "plain": _letter("Order 4711", "Hello <you> & all,\n\n  see https://shop.example/?a=1&b=2.\nMary\n").as_bytes(),
    "html": _html().as_bytes(),
    "items": _items().as_bytes(),
    "invitation": _invitation().as_bytes(),
    "sent": _letter("Our offer", "Dear Mary", "Sales <sales@ourcompany.example>").as_bytes(),
    "bare": b"\r\nno headers at all\r\n",
    "large": _large(),
}
