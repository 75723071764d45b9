"""Each manner of the stand-in, as the pane's script meets it through the genuine office.js."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from mails.samples import SAMPLES
from pane.standin.stage import Stage
from standin_outlook.mails import Mail, read


def brought(stage: Stage, mail: Mail) -> Mail:
    """Put one more mail into the mailbox."""
    [there] = stage.mailbox.add([mail])
    stage.outlook.call("reload")
    return there


def sample(stage: Stage, name: str) -> Mail:
    return brought(stage, next(mail for mail in SAMPLES if mail.source.endswith(f"{name}.eml")))


def told(stage: Stage, mail: Mail | str, **manners: Any) -> dict[str, Any]:
    """The properties of a mail on an Outlook with these manners."""
    stage.outlook.behave(**manners)
    seen: dict[str, Any] = stage.open_probe(mail).evaluate("probe.properties()")
    return seen


def attached(seen: dict[str, Any], field: str) -> list[Any]:
    return [each.get(field) for each in seen["attachments"]]


def test_declared_sizes(stage: Stage) -> None:
    real = [len(each.content) for each in stage.mailbox.named("html").attachments]
    assert attached(told(stage, "html", sizes="right"), "size") == real
    assert attached(told(stage, "html", sizes="zero"), "size") == [0, 0, 0]
    assert attached(told(stage, "html", sizes="missing"), "size") == [None, None, None]
    assert attached(told(stage, "html", sizes="zero", files=["empty.txt"]), "size")[:2] != [0, 0]
    stage.outlook.behave()
    usual = attached(told(stage, "html"), "size")
    assert all(100 < size - length < 700 for size, length in zip(usual, real, strict=True))


def test_empty_attachment_ids_make_office_throw(stage: Stage) -> None:
    seen = told(stage, "html", attachment_ids="empty", files=["logo.png"])
    assert [bool(each) for each in attached(seen, "id")] == [False, True, True]
    pane = stage.outlook.pane
    script = "probe.attachment(Office.context.mailbox.item.attachments[0].id).catch((error) => error.name)"
    assert pane.evaluate(script) == "Sys.ArgumentNullException"
    assert pane.evaluate("probe.attachment(Office.context.mailbox.item.attachments[1].id)")["status"] == "succeeded"
    assert attached(told(stage, "html", attachment_ids="missing"), "id")[0] is None


def test_a_mail_without_an_id_has_all_else(stage: Stage) -> None:
    mail = stage.mailbox.named("html")
    seen = told(stage, mail, item_id="empty")
    assert (seen["itemId"], seen["subject"]) == ("", mail.subject)
    pane = stage.outlook.pane
    assert pane.evaluate("probe.body('html')")["value"] == stage.body(mail)
    assert pane.evaluate("probe.attachment(Office.context.mailbox.item.attachments[1].id)")["status"] == "succeeded"


@pytest.mark.deep("the stand-in Outlook's manners", few=1)
@pytest.mark.parametrize("how", ["other case", "folded", "last line", "stamped anew", "missing"])
def test_message_ids(stage: Stage, how: str) -> None:
    raw = b"From: a@b.example\r\nMessage-ID: <One@x.example>\r\nMessage-ID: <two@x.example>\r\n\r\nhi"
    mail = brought(stage, read(raw))
    seen = told(stage, mail, message_id=how).get("internetMessageId")
    assert seen != "<One@x.example>"
    known = {"other case": "<oNE@X.EXAMPLE>", "folded": "<One@x.\r\n example>", "last line": "<two@x.example>"}
    assert seen == known.get(how, seen)
    assert (seen is None) == (how == "missing")
    assert "Message-ID: <One@x.example>" in stage.outlook.pane.evaluate("probe.headers()")["value"]


@pytest.mark.deep("the stand-in Outlook's manners", few=1)
@pytest.mark.parametrize(("manners", "count"), [({}, 500), ({"recipients": 100}, 100)])
def test_recipients_end_at_a_limit(stage: Stage, manners: dict[str, int], count: int) -> None:
    people = b", ".join(b"a%d@b.example" % number for number in range(600))
    mail = brought(stage, read(b"To: " + people + b"\r\nCc: " + people + b"\r\n\r\nhi"))
    seen = told(stage, mail, **manners)
    assert (len(seen["to"]), len(seen["cc"])) == (count, count)
    assert "a599@b.example" in stage.outlook.pane.evaluate("probe.headers()")["value"]


@pytest.mark.deep("the stand-in Outlook's manners", few=1)
@pytest.mark.parametrize(("how", "shape"), [("exchange", "/o=ExchangeLabs/ou="), ("empty", "")])
def test_addresses_without_smtp(stage: Stage, how: str, shape: str) -> None:
    seen = told(stage, "html", senders=how, others=how)
    people = [seen["from"], seen["sender"], *seen["to"], *seen["cc"]]
    assert all(each["emailAddress"].startswith(shape) and "@" not in each["emailAddress"] for each in people)
    assert seen["from"]["displayName"] == "Mary Smith"
    seen = told(stage, "html", names="address")
    assert seen["from"]["displayName"] == "mary.smith@northwind.example"
    assert told(stage, "html", senders="missing").get("from") is None


@pytest.mark.deep("the stand-in Outlook's manners")
def test_what_clients_tell_in_another_way(stage: Stage) -> None:
    usual = told(stage, "html")
    other = told(stage, "html", order="reversed", case="upper", attachments="reversed", inline="all", subject="cut")
    assert [each["emailAddress"] for each in other["to"]] == [
        each["emailAddress"].upper() for each in reversed(usual["to"])
    ]
    assert attached(other, "name") == attached(usual, "name")[::-1]
    assert attached(other, "isInline") == [True, True, True]
    assert other["subject"] == usual["subject"]


@pytest.mark.deep("the stand-in Outlook's manners")
def test_creation_dates(stage: Stage) -> None:
    date = stage.mailbox.named("html").date
    created = {
        how: datetime.fromisoformat(told(stage, "html", created=how)["created"]) for how in ("delivered", "moved")
    }
    assert timedelta() < created["delivered"] - date < timedelta(minutes=11)
    assert created["moved"] - date > timedelta(days=29)
    assert told(stage, "html", created="missing").get("created") is None
    sent = stage.mailbox.named("sent")
    begun = datetime.fromisoformat(told(stage, sent, created="delivered")["created"])
    assert timedelta() < sent.date - begun < timedelta(minutes=16)


def test_bodies(stage: Stage) -> None:
    pane = stage.open_probe("html")
    mail = stage.mailbox.named("html")
    stage.outlook.behave(html="undefined")
    assert pane.evaluate("probe.body('html').then(({ status, value }) => [status, value === undefined])") == [
        "succeeded",
        True,
    ]
    assert pane.evaluate("probe.body('text')")["value"] == mail.text
    stage.outlook.behave(html="frame", text="empty")
    assert pane.evaluate("probe.body('html')")["value"] == "<html><head></head><body></body></html>"
    assert pane.evaluate("probe.body('text')") == {"status": "succeeded", "value": ""}
    stage.outlook.behave(html="refused", text="never")
    assert pane.evaluate("probe.body('html')")["code"] == 9020
    assert stage.unanswered(pane, "body", "text")


@pytest.mark.deep("the stand-in Outlook's manners")
def test_wrapped_html(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.behave(wrapped=True)
    assert pane.evaluate("probe.body('html')")["value"] == (
        '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        f"<body>{stage.mailbox.named('html').html}</body></html>"
    )
    stage.outlook.behave(wrapped=False)
    assert pane.evaluate("probe.body('html')")["value"] == stage.mailbox.named("html").html


def test_bodies_fail_after_a_selection_until_the_pane_is_opened_anew(stage: Stage) -> None:
    stage.outlook.behave(bodies_after_selection="refused")
    stage.outlook.pin()
    pane = stage.open_probe("plain")
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    assert pane.evaluate("probe.body('text')")["status"] == "succeeded"
    stage.outlook.select(stage.mailbox.named("html"))
    pane.wait_for_function("() => probe.seen.items.length === 1")
    for form in ("text", "html"):
        assert pane.evaluate("form => probe.body(form)", form)["code"] == 9020
    assert pane.evaluate("probe.headers()")["status"] == "succeeded"
    assert stage.open_probe("html").evaluate("probe.body('text')")["status"] == "succeeded"


def test_headers(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.behave(headers="empty")
    assert pane.evaluate("probe.headers()") == {"status": "succeeded", "value": ""}
    stage.outlook.behave(headers="refused")
    assert pane.evaluate("probe.headers()")["code"] == 9020
    stage.outlook.behave(headers="never")
    assert stage.unanswered(pane, "headers")
    stage.outlook.behave(headers="given", sent_headers=True)
    assert "Subject: Our offer" in stage.open_probe("sent").evaluate("probe.headers()")["value"]


def content(pane: Frame, place: int) -> dict[str, Any]:
    answer: dict[str, Any] = pane.evaluate(
        "place => probe.attachment(Office.context.mailbox.item.attachments[place].id)", place
    )
    return answer


@pytest.mark.deep("the stand-in Outlook's manners")
def test_contents(stage: Stage) -> None:
    real = base64.b64encode(stage.mailbox.named("html").attachments[0].content).decode()
    empty = {"status": "succeeded", "value": {"content": "", "format": "base64"}}
    pane = stage.open_probe("html")
    stage.outlook.behave(contents="empty at first", files=["logo.png"])
    assert [content(pane, 0), content(pane, 0)["value"]["content"]] == [empty, real]
    stage.outlook.behave(contents="empty")
    assert [content(pane, 0), content(pane, 0), content(pane, 1)["value"]["content"] != ""] == [empty, empty, True]
    stage.outlook.behave(contents="refused")
    assert content(pane, 0)["code"] == 5001
    stage.outlook.behave(contents="never")
    assert stage.unanswered(pane, "attachment", pane.evaluate("Office.context.mailbox.item.attachments[0].id"))


@pytest.mark.deep("the stand-in Outlook's manners")
def test_content_ids(stage: Stage) -> None:
    assert attached(told(stage, "html", content_ids=True), "contentId") == ["logo@example", None, None]
    assert attached(told(stage, "html", content_ids=False), "contentId") == [None, None, None]


@pytest.mark.deep("the stand-in Outlook's manners", few=1)
@pytest.mark.parametrize("name", ["smime-encrypted", "rights-protected"])
def test_protected_mails(stage: Stage, name: str) -> None:
    mail = sample(stage, name)
    assert attached(told(stage, mail, protected="nameless"), "id") == [""]
    assert attached(told(stage, mail, protected="empty"), "id") != [""]
    assert content(stage.outlook.pane, 0)["value"]["content"] == ""
    stage.outlook.behave(protected="given")
    given = base64.b64decode(content(stage.outlook.pane, 0)["value"]["content"])
    assert given == mail.attachments[0].content


def test_no_addin_opens_on_a_protected_mail(stage: Stage) -> None:
    mail = sample(stage, "smime-encrypted")
    stage.outlook.behave(closed=["encrypted"])
    stage.outlook.pin()
    pane = stage.open_probe("plain")
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.select(mail)
    pane.wait_for_function("() => probe.seen.items.length === 1")
    assert pane.evaluate("[probe.seen.items[0], probe.properties()]") == [None, None]
    stage.outlook.close_pane()
    expect(stage.outlook.page.get_by_role("button", name="Probe")).to_be_disabled()
    with pytest.raises(Exception, match="no add-in opens"):
        stage.outlook.open_pane()


def test_a_signed_mail_is_one_file(stage: Stage) -> None:
    mail = sample(stage, "smime-signed")
    seen = told(stage, mail, signed="file")
    assert [attached(seen, field) for field in ("name", "contentType")] == [["smime.p7m"], ["multipart/signed"]]
    assert seen["itemClass"] == "IPM.Note.SMIME.MultipartSigned"
    inside = read(base64.b64decode(content(stage.outlook.pane, 0)["value"]["content"]))
    assert inside.attachments == mail.attachments
    assert attached(told(stage, mail, signed="parts"), "name") == [each.name for each in mail.attachments]


@pytest.mark.deep("the stand-in Outlook's manners")
def test_a_report_is_no_note(stage: Stage) -> None:
    mail = sample(stage, "sender-nobody")
    assert told(stage, mail)["itemClass"] == "REPORT.IPM.Note.NDR"
    stage.outlook.behave(closed=["report"])
    stage.outlook.close_pane()
    expect(stage.outlook.page.get_by_role("button", name="Probe")).to_be_disabled()


def test_a_reply_hands_a_draft_to_a_pinned_pane(stage: Stage) -> None:
    mail = stage.mailbox.named("html")
    stage.outlook.pin()
    pane = stage.open_probe(mail)
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.reply()
    pane.wait_for_function("() => probe.seen.items.length === 1")
    item = "Office.context.mailbox.item"
    assert pane.evaluate(f"[typeof {item}.itemId, typeof {item}.attachments, typeof {item}.subject]") == [
        "undefined",
        "undefined",
        "object",
    ]
    assert pane.evaluate(f"typeof {item}.subject.getAsync") == "function"
    assert "<br>" in pane.evaluate("probe.body('html')")["value"]
    stage.outlook.reply(False)
    pane.wait_for_function("() => probe.seen.items.length === 2")
    assert pane.evaluate("probe.properties()")["subject"] == mail.subject
    assert pane.evaluate("probe.body('text')")["value"] == mail.text


def test_a_reply_closes_a_pane_that_is_not_pinned(stage: Stage) -> None:
    stage.open_probe("html")
    stage.outlook.page.get_by_role("button", name="Reply").click()
    expect(stage.outlook.page.get_by_role("complementary", name="Add-in")).to_be_hidden()


@pytest.mark.deep("the stand-in Outlook's manners", few=1)
@pytest.mark.parametrize("how", ["given", "absent", "empty", "refused", "never"])
def test_the_whole_mail(newer: Stage, how: str) -> None:
    newer.outlook.behave(whole=how)
    pane = newer.open_probe("html")
    assert pane.evaluate("typeof Office.context.mailbox.item.getAsFileAsync") == (
        "undefined" if how == "absent" else "function"
    )
    if how == "absent":
        return
    if how == "never":
        assert newer.unanswered(pane, "whole")
        return
    answer = pane.evaluate("probe.whole()")
    raw = newer.mailbox.named("html").raw
    assert answer == {
        "given": {"status": "succeeded", "value": base64.b64encode(raw).decode()},
        "empty": {"status": "succeeded", "value": ""},
        "refused": answer | {"status": "failed", "code": 5001},
    }.get(how)


def test_an_outlook_before_1_14_has_no_whole_mail(newer: Stage) -> None:
    newer.outlook.set_requirement_set("1.9")
    assert newer.open_probe("html").evaluate("typeof Office.context.mailbox.item.getAsFileAsync") == "undefined"


def test_manners_are_chosen_on_the_page_and_taken_back(stage: Stage) -> None:
    page = stage.outlook.page
    usual = stage.mailbox.manners
    page.get_by_role("button", name="Faults").click()
    page.get_by_text("Manners").click()
    page.get_by_label("item id").select_option("empty")
    page.get_by_label("recipients").fill("7")
    page.get_by_label("closed").select_option(["signed", "report"])
    page.get_by_label("files").fill("a.pdf,b.pdf")
    # To choose in a list leaves no field: without this the files would come after what is waited for.
    page.get_by_label("files").press("Tab")
    page.get_by_label("wrapped").select_option("false" if usual.wrapped else "true")
    page.wait_for_function("wrapped => window.standin.manners().wrapped === wrapped", arg=not usual.wrapped)
    changed = {"item_id": "empty", "recipients": 7, "closed": ["signed", "report"], "files": ["a.pdf", "b.pdf"]}
    assert stage.mailbox.manners == usual.changed({**changed, "wrapped": not usual.wrapped})
    page.get_by_role("button", name="As usual").click()
    expect(page.get_by_label("recipients")).to_have_value(str(usual.recipients))
    assert stage.mailbox.manners == usual


@pytest.mark.deep("the stand-in Outlook's manners")
def test_manners_hold_until_reset(stage: Stage) -> None:
    usual = stage.mailbox.manners
    stage.outlook.behave(item_id="empty")
    stage.outlook.open()
    stage.outlook.behave(names="empty")
    assert stage.mailbox.manners == usual.changed({"item_id": "empty", "names": "empty"})
    stage.outlook.reset()
    assert stage.mailbox.manners == usual
    with stage.outlook.behaving(sizes="zero"):
        assert stage.mailbox.manners.sizes == "zero"
    assert stage.mailbox.manners == usual


def test_a_manner_that_there_is_not_is_refused(stage: Stage) -> None:
    with pytest.raises(Exception, match="no such manner"):
        stage.outlook.behave(kindness="much")
    stage.complaints.clear()  # the browser writes down every answer that is no success


@pytest.mark.deep("the stand-in Outlook's manners")
def test_digests_do_not_change(stage: Stage) -> None:
    """No manner but those about contents changes a byte of an attachment."""
    mail = stage.mailbox.named("html")
    seen = told(stage, mail, sizes="zero", senders="exchange", item_id="empty", wrapped=True, content_ids=True)
    digests = [
        stage.outlook.pane.evaluate("id => probe.attachmentDigest(id)", each)["digest"] for each in attached(seen, "id")
    ]
    assert digests == [hashlib.sha256(each.content).hexdigest() for each in mail.attachments]
