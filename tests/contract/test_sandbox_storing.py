"""Storing in the sandbox CRM: mails, files, relations, and each quirk on and off."""
# ruff: noqa: S608 - the queries are VTQL, and made here on purpose

from __future__ import annotations

import datetime
import hashlib
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contract.vtews import MAIL, WITH_FILES, File, Vtews
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from unit.growth import assert_linear
from workshop.serving import Server

NOW = datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def served() -> Iterator[Vtews]:
    crm = SandboxCrm(clock=lambda: NOW)
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as client:
        yield client
    crm.close()


@pytest.fixture
def vtews(served: Vtews) -> Vtews:
    served.crm.reset()
    return served


def file(name: str, content: bytes = b"content", kind: str = "application/pdf", field: str = "file0") -> File:
    return field, name, content, kind


def names(vtews: Vtews) -> list[str]:
    return [document["notes_title"] for document in vtews.crm.documents()]


# -- mails


def test_a_mail_is_the_callers_and_carries_the_servers_time(vtews: Vtews) -> None:
    stored = vtews.mail(user="agent")
    assert stored["createdtime"] == stored["modifiedtime"] == "2026-07-02 00:30:00"
    assert stored["assigned_user_id"] == vtews.crm.records.id("Users", 5)
    assert stored["mdate"] == MAIL["mdate"]
    (mail,) = vtews.crm.messages()
    assert (mail.id, mail.owner, mail["messageid"]) == (stored["id"], "agent", MAIL["messageid"])


def test_only_the_owner_finds_a_mail(vtews: Vtews) -> None:
    stored = vtews.mail(user="agent")
    wanted = f"SELECT id FROM Messages WHERE messageid = '{MAIL['messageid']}';"
    assert vtews.query(wanted, "agent") == [{"id": stored["id"]}]
    assert vtews.query(wanted) == vtews.query(wanted, "sara") == []
    assert vtews.call("retrieve", user="sara", id=stored["id"]).json()["message"].startswith("Permission to read")


def test_without_messageid_nothing_is_stored(vtews: Vtews) -> None:
    first = vtews.mail()
    answer = vtews.create("Messages", {"subject": "x"}, [file("0_a.pdf")])
    assert (answer.status_code, answer.json()["success"]) == (500, False)
    assert [mail.id for mail in vtews.crm.messages()] == [first["id"]]
    assert vtews.crm.documents() == []
    vtews.crm.quirks = Quirks(message_id_required=False)
    assert vtews.create("Messages", {"subject": "x"}).status_code == 200


def test_duplicates(vtews: Vtews) -> None:
    assert vtews.mail()["id"] != vtews.mail()["id"]
    vtews.crm.quirks = Quirks(duplicates_accepted=False)
    assert vtews.create("Messages", MAIL).status_code == 500
    assert len(vtews.crm.messages()) == 2


def test_subjects_are_cut(vtews: Vtews) -> None:
    assert vtews.mail(subject="ä" * 300)["subject"] == "ä" * 255
    vtews.crm.quirks = Quirks(subject_limit=10)
    assert vtews.mail(subject="ä" * 300)["subject"] == "ä" * 10


def test_short_fields_are_cut(vtews: Vtews) -> None:
    kept = vtews.mail(mfrom_f="ä" * 300, in_reply_to="a" * 300, mto="a@b, " * 90)
    assert [len(kept[name]) for name in ("mfrom_f", "in_reply_to", "mto")] == [255, 255, len("a@b, " * 90)]


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ("1970-01-01 01:00:01", "1970-01-01 01:00:01"),
        ("1970-01-01 01:00:00", "0000-00-00 00:00:00"),
        ("2038-01-19 04:14:07", "2038-01-19 04:14:07"),
        ("2038-01-19 04:14:08", "0000-00-00 00:00:00"),
        ("1900-01-01 00:00:00", "0000-00-00 00:00:00"),
        ("2026-02-30 00:00:00", "0000-00-00 00:00:00"),
    ],
)
def test_times_that_a_timestamp_can_not_hold_are_lost(vtews: Vtews, date: str, kept: str) -> None:
    assert vtews.mail(mdate=date)["mdate"] == kept


def test_three_byte_text(vtews: Vtews) -> None:
    given: dict[str, Any] = {"subject": "a\U0001f600b€", "description": "<p>\U0001f600 &#128512;</p>"}
    assert vtews.mail(**given)["subject"] == "a????b€"
    assert "<p>???? &#128512;</p>" in vtews.crm.messages()[0]["description"]
    vtews.mail([file("0_\U0001f4c4.pdf")])
    assert names(vtews) == ["????.pdf"]
    vtews.crm.quirks = Quirks(three_byte_text=False)
    assert vtews.mail(**given)["subject"] == "a\U0001f600b€"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("line 1\nline 2 <tag> & more", "line 1\nline 2 <tag> & more</tag>"),
        ("<p onclick='x()' style='color:red'>a", "<p style='color:red'>a</p>"),
        ("<SCRIPT>x()</SCRIPT >b<style>p{}</style>", "b"),
        ('<img src="cid:1"><img src=data:image/gif;base64,R0lG>',
         '<img src="modules/Messages/src/img/blank.png" /><img src="data:image/gif;base64,R0lG" />'),
        ('<a href=" java\nscript:x()">x</a>',
         '<a href="modules/Messages/src/img/blank.png" target="_blank" title="">x</a>'),
        ('<a href="https://x.example/?a=1&amp;b=2">x', '<a href="https://x.example/?a=1&b=2" target="_blank" '
         'title="">x</a>'),
        ("<!-- a --><b>x</i></b></b>", "<b>x</b>"),
        # What is here was seen on a real vtenext: text is lost, too.
        ("1 < 2 <3 & <", "1 "),
        ("a<3</p><p>b</p>", "a<p>b</p>"),
        ("<p>a <-- b</p>c", "<p>a c</p>"),
        ("&amp;lt;b&amp;gt; AT&amp;T", "&lt;b&gt; AT&T"),
        ('<p>a</p><embed src="x"><p>b</p>', "<p>a</p>"),
        ('<p>a</p><embed src="x"/><p>b</p>', '<p>a</p><embed src="modules/Messages/src/img/blank.png" /><p>b</p>'),
        ("<p>a</p><xml><p>b</p>", "<p>a</p>"),
        ("<p>a</p><title>b<p>c</p>", "<p>a</p>"),
        ("<p>a<x.y>b<o:p></o:p></p>", "<p>ab</p>"),
        ("a https://x.example <b>b</b>", 'a<a href="https://x.example" target="_blank">https://x.example</a> <b>b</b>'),
        ("<img src=https://x.example/a.png>", "<img src=https://x.example/a.png />"),
        ("<img src=x' onerror=alert(1)>", '<img src="modules/Messages/src/img/blank.png" />'),
        ("<script>never closed", "never closed"),
        ("<script>never closed<b>a</b>", ""),
        ("<svg/onload=alert(1)>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_bodies_are_cleaned(vtews: Vtews, given: str, kept: str) -> None:
    told = vtews.mail(description=given)
    marked = f"\n<!-- begin sanitized html -->\n{kept}\n<!-- end sanitized html -->\n"
    assert told["description"] == told["cleaned_body"] == marked
    vtews.crm.quirks = Quirks(sanitize_html=False)
    assert vtews.mail(description=given)["description"] == given


def test_a_large_body_with_pictures_is_kept_in_linear_time(vtews: Vtews) -> None:
    def body(size: int) -> str:
        pictures = f'<img src="data:image/png;base64,{"A" * size}">' * 8
        return f"<p>x</p>{pictures}<p>{'y ' * (size // 5)}</p>"

    assert_linear(lambda given: vtews.mail(description=given), body, 60_000)
    told = vtews.mail(description=body(990_000))
    assert told["description"].count(f'src="data:image/png;base64,{"A" * 990_000}" />') == 8


@pytest.mark.parametrize(("length", "kept"), [(999_999, True), (1_000_001, False)])
def test_a_value_of_a_million_characters_costs_the_rest_of_the_body(vtews: Vtews, length: int, kept: bool) -> None:
    told = vtews.mail(description=f'<p>x</p><img src="{"A" * length}"><p>y</p>')
    assert ("<p>y</p>" in told["description"]) is kept


def test_revise_changes_what_is_given_and_update_everything(vtews: Vtews) -> None:
    id_ = vtews.mail()["id"]
    revised = vtews.data("revise", element=json.dumps({"id": id_, "mdate": "2026-11-20 11:11"}))
    assert (revised["mdate"], revised["subject"]) == ("2026-11-20 11:11:00", "Offer 42")
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    updated = vtews.data("update", element=json.dumps({"id": contact, "lastname": "Smythe"}))
    assert (updated["lastname"], updated["email"], updated["contact_no"]) == ("Smythe", "", "CON1")
    assert vtews.call("update", element=json.dumps({"id": contact})).json()["message"].startswith("lastname does not")
    assert vtews.call("revise", element=json.dumps({"id": contact, "lastname": ""})).status_code == 500


def test_a_deleted_mail_is_gone_everywhere(vtews: Vtews) -> None:
    id_, contact = vtews.mail()["id"], vtews.crm.find("Contacts", lastname="Smith").id
    vtews.relate(id_, contact)
    assert vtews.data("delete", id=id_) == {"status": "successful"}
    assert vtews.data("delete", id=id_) is None
    assert vtews.crm.messages() == vtews.crm.linked_messages(contact) == []
    for operation in ("retrieve", "revise", "relate"):
        given = {"id": id_, "element": json.dumps({"id": id_}), "relatelist": f'["{contact}"]'}
        assert vtews.call(operation, **given).json()["message"] == "Record you are trying to access is not found"


@pytest.mark.parametrize("element", ["[]", "7", "{", '{"subject": "\\ud800", "messageid": "x"}', "[" * 2000, ""])
def test_an_element_that_php_cannot_read_is_none(vtews: Vtews, element: str) -> None:
    answer = vtews.call("create", elementType="Messages", element=element)
    assert (answer.status_code, answer.json()["success"]) == (500, False)


# -- files


def test_files_of_a_mail_become_documents(vtews: Vtews) -> None:
    contents = [random.Random(1).randbytes(13_500), b"x", b"\r\n--boundary\r\n"]
    sent = [
        file("0_offer ü.pdf", contents[0]),
        file("1_price_list.xlsx", contents[1], "application/vnd.ms-excel", "file1"),
        file("2_a.txt", contents[2], "text/plain", "any other"),
    ]
    mail = vtews.mail(sent)
    rows = vtews.query(
        f"SELECT id,notes_title,filesize,filetype,folderid FROM Documents WHERE id > '{mail['id']}'"
        f" AND assigned_user_id = '{mail['assigned_user_id']}' LIMIT 20;"
    )
    assert [row["notes_title"] for row in rows] == ["offer ü.pdf", "price_list.xlsx", "a.txt"]
    assert [row["filesize"] for row in rows] == ["13500", "1", "14"]
    assert [row["filetype"] for row in rows] == [kind for _, _, _, kind in sent]
    assert {row["folderid"] for row in rows} == {vtews.crm.records.id("DocumentFolders", 2)}
    assert [vtews.crm.file(row["id"]) for row in rows] == contents
    assert vtews.crm.messages()[0].attachments == tuple(row["id"] for row in rows)


@pytest.mark.parametrize("wanted", [{}, {"hasattachments": "True"}, {"external_plugin": "true"}])
def test_files_need_both_marks(vtews: Vtews, wanted: dict[str, str]) -> None:
    answer = vtews.create("Messages", MAIL | wanted, [file("0_a.pdf")])
    assert answer.status_code == 200
    assert vtews.crm.documents() == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"0_a_b.pdf", "a_b.pdf"),
        (b"plain.pdf", "plain.pdf"),
        (b"0_folder/x.pdf", "x.pdf"),
        (rb"0_C:\\folder\\x_y.pdf", "y.pdf"),
        (rb"0_a \"quoted\".pdf", 'a "quoted".pdf'),
        (b"0_%22.pdf", "%22.pdf"),
        ("0_日本.pdf".encode(), "日本.pdf"),
    ],
)
def test_names_as_php_reads_them(vtews: Vtews, sent: bytes, stored: str) -> None:
    element = json.dumps(MAIL | WITH_FILES).encode()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="elementType"\r\n\r\nMessages\r\n'
        b'--b\r\nContent-Disposition: form-data; name="element"\r\n\r\n' + element + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file0"; filename="' + sent + b'"\r\n\r\nx\r\n--b--\r\n'
    )
    headers = vtews.authorization("admin") | {"Content-Type": "multipart/form-data; boundary=b"}
    assert vtews.http.post("create", content=body, headers=headers).status_code == 200
    assert names(vtews) == [stored]


def test_names_stay_whole_without_the_quirks(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(cut_name_at_underscore=False, cut_name_at_slash=False)
    vtews.mail([file("0_a/b.pdf")])
    assert names(vtews) == ["0_a/b.pdf"]


def test_titles_are_cut_and_names_of_files_are_not(vtews: Vtews) -> None:
    name = "2026-11-23 Offer for the extension of the cold store, revision 3.pdf"
    vtews.mail([file(f"0_{name}")])
    (document,) = vtews.crm.documents()
    assert (document["notes_title"], document["filename"]) == (name[:50], f"0_{name}".replace(" ", "_"))
    told = vtews.create("Documents", {"notes_title": "ü" * 60, "fileversion": "v" * 200}).json()["data"]
    assert (told["notes_title"], told["fileversion"]) == ("ü" * 50, "v" * 150)
    changed = vtews.data("revise", element=json.dumps({"id": told["id"], "notes_title": "x" * 60}))
    assert changed["notes_title"] == "x" * 50
    vtews.crm.quirks = Quirks(title_limit=255)
    assert vtews.mail([file(f"0_{name}")])["id"]
    assert names(vtews)[-1] == name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("offer.pdf", "offer.pdf"),
        ("0_x.bin", "0_x.bin.txt"),
        ("0_a b  c.EXE", "0_a_b_c.EXE.txt"),
        ("0_x.php.pdf", "0_x.php.pdf"),
        ("html", "html"),
        ("report.html", "report.html.txt"),
    ],
)
def test_endings_that_the_crm_fears_are_handed_out_as_text(vtews: Vtews, sent: str, kept: str) -> None:
    vtews.mail([file(sent, b"content")])
    (document,) = vtews.crm.documents()
    assert (vtews.crm.file_name(document.id), vtews.crm.file(document.id)) == (kept, b"content")
    assert document["notes_title"] == (sent.partition("_")[2] or sent)


def test_a_file_whose_name_the_database_can_not_keep_is_lost(vtews: Vtews) -> None:
    vtews.mail([file("0_party \U0001f600.pdf", b"content")])
    (document,) = vtews.crm.documents()
    assert (document["notes_title"], document.size, vtews.crm.file(document.id)) == ("party ????.pdf", 7, b"")
    vtews.crm.quirks = Quirks(three_byte_text=False)
    vtews.mail([file("0_party \U0001f600.pdf", b"content")])
    assert vtews.crm.file(vtews.crm.documents()[-1].id) == b"content"


def test_columns_cut_what_they_can_not_hold(vtews: Vtews) -> None:
    cut = ("mfrom", "mfrom_n", "mreplyto_f", "messageid", "in_reply_to")
    long: dict[str, Any] = dict.fromkeys((*cut, "mto", "mreferences"), "x" * 300)
    told = vtews.mail(**long)
    assert {name: len(told[name]) for name in long} == dict.fromkeys(long, 300) | dict.fromkeys(cut, 255)


def test_files_of_a_later_request_are_the_mails_documents_and_its_attachments_only_where_there_is_place(
    vtews: Vtews,
) -> None:
    mail = vtews.mail()["id"]

    def add(*sent: str) -> None:
        element = json.dumps({"id": mail} | WITH_FILES)
        parts = [(f"file{i}", (name, b"content", "text/plain")) for i, name in enumerate(sent)]
        answer = vtews.http.post("revise", data={"element": element}, files=parts, headers=vtews.authorization("admin"))
        assert answer.json()["data"]["subject"] == MAIL["subject"]

    add("a.txt", "b.txt")
    assert [vtews.crm.record(one)["notes_title"] for one in vtews.crm.messages()[0].attachments] == ["a.txt", "b.txt"]
    add("c.txt", "d.txt", "e.txt")
    assert [vtews.crm.record(one)["notes_title"] for one in vtews.crm.messages()[0].attachments] == [
        "a.txt", "b.txt", "e.txt",
    ]  # fmt: skip
    assert [one["notes_title"] for one in vtews.crm.linked_documents(mail)] == [f"{name}.txt" for name in "abcde"]


def test_two_files_under_one_field_name_are_one(vtews: Vtews) -> None:
    vtews.mail([file("0_a.pdf"), file("1_b.pdf")])
    assert names(vtews) == ["b.pdf"]


def test_files_over_the_limits_vanish(vtews: Vtews) -> None:
    vtews.mail([file(f"{number}.txt", field=f"file{number}") for number in range(25)])
    assert names(vtews) == [f"{number}.txt" for number in range(20)]
    vtews.crm.reset()
    vtews.crm.quirks = Quirks(server_file_limit=1000, max_file_uploads=3)
    sent = [file(f"0_{size}.bin", b"x" * size, field=f"file{size}") for size in (1000, 1001, 10, 20)]
    vtews.mail(sent)
    assert names(vtews) == ["1000.bin", "10.bin"]
    vtews.mail([file("0_empty.bin", b""), file("0_full.bin", b"x", field="other")])
    assert names(vtews) == ["1000.bin", "10.bin", "full.bin"]


def test_a_body_over_the_limit_arrives_empty(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(post_max_size=10_000)
    answer = vtews.create("Messages", MAIL | WITH_FILES, [file("0_a.bin", b"x" * 10_000)])
    assert (answer.status_code, answer.json()["message"]) == (500, "Permission to perform the operation is denied")
    assert vtews.create("Messages", MAIL | {"description": "x" * 10_000}).status_code == 500
    assert vtews.crm.messages() == []
    assert vtews.mail()["subject"] == "Offer 42"


def test_a_proxy_refuses_large_bodies(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(proxy_limit=10_000)
    answer = vtews.create("Messages", MAIL | WITH_FILES, [file("0_a.bin", b"x" * 3_000_000)])
    assert answer.status_code == 413
    assert "access-control-allow-origin" not in answer.headers
    assert vtews.mail()["subject"] == "Offer 42"


def test_a_document_with_its_file(vtews: Vtews) -> None:
    folder = vtews.crm.records.id("DocumentFolders", 1)
    element = {"notes_title": "offer_1.pdf", "filelocationtype": "I", "filestatus": "1", "folderid": folder}
    answer = vtews.create("Documents", element, [file("offer_1.pdf", b"12345", field="filename")])
    told = answer.json()["data"]
    assert (told["filesize"], told["filetype"], told["notes_title"]) == ("5", "application/pdf", "offer_1.pdf")
    assert "filename" not in told
    assert vtews.crm.file(told["id"]) == b"12345"
    missing = vtews.create("Documents", element, [file("offer.pdf", field="another")]).json()["data"]
    assert missing["filesize"] == "0"
    with pytest.raises(LookupError):
        vtews.crm.file(missing["id"])


def test_a_document_that_is_a_link(vtews: Vtews) -> None:
    element = {"notes_title": "x", "filelocationtype": "E", "filename": "https://files.example/x", "filestatus": "1"}
    told = vtews.create("Documents", element).json()["data"]
    assert (told["filelocationtype"], told["filesize"], told["filetype"]) == ("E", "0", "")
    assert vtews.crm.record(told["id"])["filename"] == "https://files.example/x"


def test_25_megabytes_are_whole_and_kept_in_linear_time(vtews: Vtews) -> None:
    assert_linear(lambda given: vtews.mail([file("0_large.bin", given)]), random.Random(1).randbytes, 1_600_000)
    vtews.crm.reset()
    content = random.Random(2).randbytes(25_000_000)
    vtews.mail([file("0_large.bin", content)])
    (document,) = vtews.crm.documents()
    assert hashlib.sha256(vtews.crm.file(document.id)).digest() == hashlib.sha256(content).digest()


# -- relations


def test_a_mail_is_related_to_records(vtews: Vtews) -> None:
    mail = vtews.mail()
    contact, company = vtews.crm.find("Contacts", lastname="Smith"), vtews.crm.find("Accounts", bill_city="London")
    for _ in range(2):
        answer = vtews.relate(mail["id"], contact.id, company.id)
        assert answer.json() == {"status": 200, "data": None}
    for record in (contact.id, company.id):
        assert [linked.id for linked in vtews.crm.linked_messages(record)] == [mail["id"]]
    assert vtews.crm.general_relations() == set()


def test_every_copy_of_a_mail_shows(vtews: Vtews) -> None:
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    ids = [vtews.mail(user=user)["id"] for user in ("admin", "agent")]
    vtews.mail(messageid="<another@x.example>")
    vtews.relate(ids[0], contact)
    assert [mail.id for mail in vtews.crm.linked_messages(contact)] == ids


def test_the_other_direction_lands_nowhere(vtews: Vtews) -> None:
    mail, contact = vtews.mail()["id"], vtews.crm.find("Contacts", lastname="Smith").id
    assert vtews.relate(contact, mail).status_code == 200
    assert vtews.crm.linked_messages(contact) == []
    assert vtews.crm.general_relations() == {(contact, mail)}
    vtews.crm.quirks = Quirks(one_way_relation=False)
    vtews.relate(contact, mail)
    assert [linked.id for linked in vtews.crm.linked_messages(contact)] == [mail]


def test_a_mail_and_its_documents_are_related_in_one_direction_each(vtews: Vtews) -> None:
    mail = vtews.mail([file("0_a.pdf")])["id"]
    came = vtews.crm.documents()[0].id
    alone = vtews.create("Documents", {"notes_title": "b.pdf"}, [file("b.pdf", field="filename")]).json()["data"]["id"]
    assert vtews.crm.messages()[0].attachments == (came,)
    assert [one.id for one in vtews.crm.linked_documents(mail)] == [came]
    assert vtews.crm.linked_messages(came) == vtews.crm.linked_messages(alone) == []
    assert vtews.relate(mail, came, alone).status_code == vtews.relate(alone, mail).status_code == 200
    assert [one.id for one in vtews.crm.linked_documents(mail)] == [came, alone]
    for document in (came, alone):
        assert [one.id for one in vtews.crm.linked_messages(document)] == [mail]
    assert vtews.crm.messages()[0].attachments == (came,)


def test_the_identity_of_a_mail_is_what_was_sent(vtews: Vtews) -> None:
    """So mails whose subjects differ only where the CRM cuts or resolves them are two."""
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    cut = [vtews.mail(subject="x" * 300 + end)["id"] for end in "ab"]
    vtews.relate(cut[0], contact)
    assert [one.id for one in vtews.crm.linked_messages(contact)] == cut[:1]
    same = [vtews.mail(subject=subject)["id"] for subject in ("a & b", "a &amp; b")]
    vtews.relate(same[0], contact)
    assert [one.id for one in vtews.crm.linked_messages(contact)] == [cut[0], *same]


def test_a_picture_that_is_an_attachment_is_shown_by_its_name(vtews: Vtews) -> None:
    told = vtews.mail([file("0_logo.png", kind="image/png")], description='<img src="cid:LOGO.png"><img src="cid:x">')
    shown = "index.php?module=Messages&action=MessagesAjax&file=Download"
    number = told["id"].partition("x")[2]
    assert f'<img src="{shown}&record={number}&contentid=0&mode=inline" />' in told["description"]
    assert told["description"].count("blank.png") == 1


def test_a_document_is_related_to_records(vtews: Vtews) -> None:
    mail = vtews.mail([file("0_a.pdf")])
    (document,) = vtews.crm.documents()
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    vtews.relate(mail["id"], contact)
    assert vtews.crm.linked_documents(contact) == []
    assert vtews.relate(document.id, contact).status_code == 200
    assert vtews.crm.linked_documents(contact) == [document]


def test_relating_is_all_or_nothing(vtews: Vtews) -> None:
    mail, contact = vtews.mail()["id"], vtews.crm.find("Contacts", lastname="Smith").id
    notice = vtews.crm.all_records("Notices")[0].id
    answer = vtews.relate(mail, contact, notice)
    assert (answer.status_code, answer.json()["message"]) == (500, "There is no relation with module Notices")
    assert vtews.crm.linked_messages(contact) == []


def test_the_target_is_not_checked(vtews: Vtews) -> None:
    mail, hidden = vtews.mail(user="agent")["id"], vtews.crm.find("Contacts", lastname="Haugen").id
    assert vtews.call("retrieve", user="agent", id=hidden).status_code == 500
    assert vtews.relate(mail, hidden, user="agent").status_code == 200
    assert len(vtews.crm.linked_messages(hidden)) == 1
    vtews.crm.quirks = Quirks(check_target_on_relate=True)
    assert vtews.relate(mail, hidden, user="agent").json()["message"] == "Permission to read given object is denied"


def test_a_mail_of_somebody_else_is_not_related(vtews: Vtews) -> None:
    mail = vtews.mail()["id"]
    answer = vtews.relate(mail, vtews.crm.find("Contacts", lastname="Smith").id, user="agent")
    assert (answer.status_code, answer.json()["message"]) == (500, "Permission to read given object is denied")


def test_parent_id_relates_at_once(vtews: Vtews) -> None:
    contact = vtews.crm.find("Contacts", lastname="Smith").id
    mail = vtews.mail(parent_id=contact)
    assert [linked.id for linked in vtews.crm.linked_messages(contact)] == [mail["id"]]


# -- rights


def test_rights_can_be_taken(vtews: Vtews) -> None:
    vtews.crm.refuse("agent", "Messages", "create")
    assert vtews.create("Messages", MAIL, user="agent").json()["message"] == "Permission to write is denied"
    assert vtews.data("describe", user="agent", elementType="Messages")["createable"] is False
    vtews.crm.refuse("agent", "Contacts")
    assert "Contacts" not in vtews.data("listtypes", user="agent")["types"]
    vtews.crm.refuse("admin", "Documents", "create")
    vtews.mail([file("0_a.pdf")])
    assert vtews.crm.documents() == []


def test_who_sees_what(vtews: Vtews) -> None:
    def seen(user: str, module: str) -> int:
        return int(vtews.query(f"SELECT count(*) FROM {module};", user)[0]["count"])

    assert [seen(user, "Accounts") for user in ("admin", "jürgen", "agent", "sara")] == [12, 9, 6, 6]
    assert [seen(user, "HelpDesk") for user in ("admin", "jürgen", "agent", "sara")] == [10] * 4
    assert [seen(user, "Potentials") for user in ("admin", "jürgen", "agent")] == [10, 10, 8]
    ticket = vtews.crm.all_records("HelpDesk")[0].id
    answer = vtews.call("revise", user="agent", element=json.dumps({"id": ticket, "solution": "x"}))
    assert answer.json()["message"] == "Permission to read given object is denied"


def test_owners(vtews: Vtews) -> None:
    users = {name: vtews.crm.records.id("Users", number) for name, number in (("admin", 1), ("agent", 5))}
    element = {"lastname": "X", "assigned_user_id": users["admin"]}
    assert vtews.create("Contacts", element, user="agent").json()["message"].startswith("Cannot assign record")
    element["assigned_user_id"] = users["agent"]
    assert vtews.create("Contacts", element, user="jürgen").json()["data"]["assigned_user_id"] == users["agent"]
    wrong = {"lastname": "X", "account_id": vtews.crm.find("Contacts", lastname="Smith").id}
    assert vtews.create("Contacts", wrong).json()["message"] == "Invalid reference specified for account_id"


# -- many at once, and for longer


def test_many_clients_at_once(vtews: Vtews) -> None:
    contact = vtews.crm.find("Contacts", lastname="Smith").id

    def work(number: int) -> str:
        mail = vtews.mail([file(f"0_{number}.bin", bytes([number]) * 50_000)], messageid=f"<{number}@x.example>")
        vtews.relate(mail["id"], contact)
        vtews.query("SELECT id FROM Messages WHERE subject LIKE '%offer%';")
        return mail["id"]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(work, range(40)))
    assert len(set(ids)) == 40
    assert {mail.id for mail in vtews.crm.linked_messages(contact)} == set(ids)
    for mail in vtews.crm.messages():
        (document,) = mail.attachments
        number = int(mail["messageid"].strip("<").partition("@")[0])
        assert vtews.crm.file(document) == bytes([number]) * 50_000
    assert len(vtews.crm.requests) == 120


def test_latency(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(latency=0.1)
    started = time.perf_counter()
    assert vtews.call("listtypes").status_code == 200
    assert time.perf_counter() - started >= 0.1


def test_a_file_keeps_the_data(tmp_path: object) -> None:
    database = f"{tmp_path}/crm.db"
    crm = SandboxCrm(database=database)
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as client:
        key = crm.access_key("agent")
        mail = client.mail([file("0_a.pdf", b"kept")], user="agent")
        client.relate(mail["id"], crm.find("Contacts", lastname="Smith").id, user="agent")
    crm.close()
    again = SandboxCrm(database=database)
    assert again.access_key("agent") == key
    assert [kept.id for kept in again.linked_messages(again.find("Contacts", lastname="Smith").id)] == [mail["id"]]
    assert again.file(again.documents()[0].id) == b"kept"
    assert len(again.all_records("Contacts")) == 25
    again.close()


def test_a_client_that_leaves_in_the_middle_stores_nothing(vtews: Vtews) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"elementType": "Messages",'
        raise ConnectionAbortedError

    headers = vtews.authorization("admin") | {"Content-Type": "application/json", "Content-Length": "5000"}
    with pytest.raises(ConnectionAbortedError):
        httpx.post(f"{vtews.url}/restapi/v1/vtews/create", content=parts(), headers=headers)
    assert vtews.call("listtypes").status_code == 200
    assert vtews.crm.messages() == []
