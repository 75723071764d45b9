"""The genuine office.js reads the stand-in's mails: properties, bodies, headers, attachments."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Frame

from pane.standin.stage import Stage
from standin_outlook.bodies import framed
from standin_outlook.mails import Mail


def described(pane: Frame) -> dict[str, Any]:
    seen: dict[str, Any] = pane.evaluate("probe.properties()")
    return seen


def test_office_becomes_ready_as_outlook_on_the_web(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.info") == {"host": "Outlook", "platform": "OfficeOnline", "addin": None}
    assert pane.evaluate("probe.context()") == {
        "language": "en-US",
        "host": "Outlook",
        "platform": "OfficeOnline",
        "hostName": "OutlookWebApp",
        "user": "sales@ourcompany.example",
        "name": "Sales",
        "dialog": False,
    }


def test_item_properties(stage: Stage) -> None:
    mail = stage.mailbox.named("html")
    seen = described(stage.open_probe(mail))
    assert seen["itemId"] == mail.item_id
    assert (seen["itemType"], seen["itemClass"]) == ("message", "IPM.Note")
    assert seen["subject"] == "AW: Forecast – Größe 🎉"
    assert seen["normalizedSubject"] == "Forecast – Größe 🎉"
    assert seen["internetMessageId"] == mail.internet_message_id
    assert timedelta() < datetime.fromisoformat(seen["created"]) - mail.date < timedelta(minutes=11)
    assert seen["from"] == {
        "displayName": "Mary Smith",
        "emailAddress": "mary.smith@northwind.example",
        "recipientType": "externalUser",
    }
    assert [each["emailAddress"] for each in seen["to"]] == ["sales@ourcompany.example", "tom.brown@ourcompany.example"]
    assert [each["displayName"] for each in seen["cc"]] == ["office@northwind.example"]
    assert [(each["name"], each["attachmentType"], each["isInline"]) for each in seen["attachments"]] == [
        ("logo.png", "file", True),
        ("Forecast_2027 “final”.pdf", "file", False),
        ("empty.txt", "file", False),
    ]
    assert all("contentId" not in each for each in seen["attachments"])
    assert all(
        each["size"] != len(real.content) for each, real in zip(seen["attachments"], mail.attachments, strict=True)
    )


def test_mail_without_any_header(stage: Stage) -> None:
    seen = described(stage.open_probe("bare"))
    assert (seen["subject"], seen.get("from"), seen["to"]) == ("", None, [])
    assert seen.get("internetMessageId") is None


def test_invitation_is_a_meeting_request(stage: Stage) -> None:
    pane = stage.open_probe("invitation")
    seen = described(pane)
    assert (seen["itemType"], seen["itemClass"], seen["attachments"]) == ("message", "IPM.Schedule.Meeting.Request", [])
    item = "Office.context.mailbox.item"
    assert pane.evaluate(f"[{item}.start.toISOString(), {item}.end.toISOString(), {item}.location]") == [
        "2026-12-01T08:30:00.000Z",
        "2026-12-01T09:30:00.000Z",
        "Room 5, 2nd floor",
    ]


def test_body_of_a_plain_mail_both_ways(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.body('text')") == {
        "status": "succeeded",
        "value": "Hello <you> & all,\r\n\r\n  see https://shop.example/?a=1&b=2.\r\nMary\r\n",
    }
    html = pane.evaluate("probe.body('html')")["value"]
    assert "Hello &lt;you&gt; &amp; all,<br>" in html
    assert '&nbsp; see <a href="https://shop.example/?a=1&amp;b=2">' in html
    shown = pane.evaluate("html => new DOMParser().parseFromString(html, 'text/html').body.innerText", html)
    assert "see https://shop.example/?a=1&b=2.\n" in shown.replace("\xa0", " ")


def test_body_of_an_html_mail_both_ways(stage: Stage) -> None:
    mail = stage.mailbox.named("html")
    pane = stage.open_probe(mail)
    assert pane.evaluate("probe.body('html')")["value"] == framed(mail.html)
    assert 'src="cid:logo@example"' in mail.html
    assert pane.evaluate("probe.body('text')")["value"] == "Größe 🎉"


def test_internet_headers(stage: Stage) -> None:
    mail = stage.mailbox.named("html")
    headers = stage.open_probe(mail).evaluate("probe.headers()")["value"]
    assert mail.raw.startswith(headers.encode())
    assert "\r\nSubject: AW: Forecast =?utf-8?" in headers


def test_own_sent_mail_has_no_internet_headers(stage: Stage) -> None:
    pane = stage.open_probe("sent")
    assert pane.evaluate("probe.headers()") == {"status": "succeeded", "value": ""}


@pytest.mark.parametrize("name", ["html", "items", "large"])
def test_attachments_are_equal_byte_by_byte(stage: Stage, name: str) -> None:
    mail = stage.mailbox.named(name)
    pane = stage.open_probe(mail)
    listed = described(pane)["attachments"]
    assert len(listed) == len(mail.attachments) > 0
    for told, real in zip(listed, mail.attachments, strict=True):
        assert pane.evaluate("id => probe.attachmentDigest(id)", told["id"]) == {
            "status": "succeeded",
            "format": real.format.value,
            "digest": hashlib.sha256(real.content).hexdigest(),
        }


def test_items_calendars_and_cloud_links(stage: Stage) -> None:
    mail: Mail = stage.mailbox.named("items")
    pane = stage.open_probe(mail)
    listed = described(pane)["attachments"]
    assert [(each["name"], each["attachmentType"]) for each in listed] == [
        ("AW: Forecast – Größe 🎉", "item"),
        ("Visit – Größe", "item"),
        ("Draft.docx", "cloud"),
        ("fair.ics", "file"),
    ]
    contents = [pane.evaluate("id => probe.attachment(id)", each["id"])["value"] for each in listed]
    assert [each["format"] for each in contents] == ["eml", "iCalendar", "url", "base64"]
    assert contents[0]["content"].startswith("From: Mary Smith <mary.smith@northwind.example>\r\n")
    assert "SUMMARY:Visit – Größe" in contents[1]["content"]
    assert contents[2]["content"] == "https://files.example/s/abc?d=1&e=2"


def test_unknown_attachment_is_refused(stage: Stage) -> None:
    pane = stage.open_probe("html")
    answer = pane.evaluate("probe.attachment('no such id')")
    assert (answer["status"], answer["code"], answer["name"]) == ("failed", 9003, "InvalidAttachmentId")


def test_office_checks_arguments_itself(stage: Stage) -> None:
    pane = stage.open_probe("html")
    assert pane.evaluate("probe.attachment('').catch(error => error.name)") == "Sys.ArgumentNullException"
