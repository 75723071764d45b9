"""Finding the stored mails that may be a mail, with the sandbox's component and the PHP one alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.mail.identity import Fingerprint, distinct, fingerprint, sought_by
from connector.mail.sameness import mark_of
from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from contract.test_component_storing import ID, MAIL, Desk, desk

__all__ = ["desk", "php_component", "sandbox", "sandbox_stage", "stage"]
DATE = datetime(2026, 11, 20, 9, 11, 12, tzinfo=UTC)
MADE = fingerprint("Scan", "Scan", "scanner@ourcompany.example", ["12 ab"], DATE)


def found(desk: Desk, *ids: str, **more: str) -> list[str]:
    return [str(one["id"]) for one in desk.sought(*ids, **more)]


def test_a_mail_is_found_by_its_id_and_with_what_was_put_behind_it(desk: Desk) -> None:
    mine = [ID, distinct(ID, "a"), distinct(distinct(ID, "a"), "b")]
    mails = [desk.link(desk.mary, message_id=one)["message"]["id"] for one in mine]
    for other in (ID.upper(), ID + "<x@y>", ID + "more", distinct(ID, "a")[:-1], distinct(ID.upper(), "a")):
        desk.link(desk.mary, message_id=other)

    assert found(desk, ID) == mails
    assert found(desk, mine[1]) == mails[1:]
    assert found(desk, mine[2], ID.upper())[0] == mails[2]


@pytest.mark.parametrize(
    "text", ["<%>", "<_>", "<a%@x.example>", "\\", "<offer-42@northwind.exampl_>", "' OR '1'='1", '<"@x>', "%"]
)
def test_a_wildcard_in_a_message_id_is_a_letter(desk: Desk, text: str) -> None:
    desk.link(desk.mary)
    desk.link(desk.mary, message_id="<ab@x.example>")

    assert found(desk, text) == []
    mail = desk.link(desk.mary, message_id=text)["message"]["id"]
    assert found(desk, text) == [mail]
    again = desk.link(desk.mary, message_id=distinct(text, "a"))["message"]["id"]
    assert found(desk, text) == [mail, again]


def test_what_the_database_can_not_keep_is_found(desk: Desk) -> None:
    odd = "<\U0001f642-42@northwind.example>"
    mails = [desk.link(desk.mary, message_id=one)["message"]["id"] for one in (odd, distinct(odd, "a"))]

    assert found(desk, odd) == mails


@pytest.mark.parametrize("known", ["text", "date", "both", "nothing"])
def test_a_mail_without_an_id_is_found_by_what_is_known_of_it(desk: Desk, known: str) -> None:
    """The questions of the pane, for a mail that was stored with all that can be known."""
    stored = MADE.message_id
    mail = desk.link(desk.mary, message_id=stored)["message"]["id"]
    twin = desk.link(desk.mary, message_id=distinct(stored, "a"))["message"]["id"]
    other = Fingerprint(MADE.subject, "0", "0", "1", "0").message_id
    desk.link(desk.mary, message_id=other.replace(MADE.subject, "0123456789abcdef"))
    date, text = (DATE if known in {"date", "both"} else None), ("Scan" if known in {"text", "both"} else "")

    sought = sought_by(fingerprint("Scan", text, "", None, date))

    assert found(desk, *sought.beginnings) == [mail, twin]
    assert found(desk, *sought_by(fingerprint("Other", text, "", None, date)).beginnings) == []


@pytest.mark.parametrize(
    "beginning",
    ["<0123456789abcdef.%.12@x", "<%", "<0123456789abcde.", "<0123456789abcdef.%", "<0123456789abcdef.a_b."],
)
def test_a_beginning_has_the_form_of_a_made_id(desk: Desk, beginning: str) -> None:
    desk.link(desk.mary)
    desk.link(desk.mary, message_id="<0123456789abcdef.a.b.c.12@mail-connector.invalid>")

    assert found(desk, beginning) == []


def test_made_ids_are_compared_letter_by_letter(desk: Desk) -> None:
    desk.link(desk.mary, message_id=MADE.message_id.upper())
    desk.link(desk.mary, message_id=MADE.message_id.replace(".invalid", ".example"))

    assert found(desk, f"<{MADE.subject}.") == []


def test_a_date_leaves_those_that_the_crm_holds_with_it(desk: Desk) -> None:
    first = desk.link(desk.mary, subject="Scan 1")["message"]["id"]
    desk.link(desk.mary, subject="Scan 2", date="2026-11-20T09:11:13Z")

    assert found(desk, ID, date="2026-11-20T10:11:12+01:00") == [first]
    assert len(found(desk, ID)) == 2
    assert desk.refusal("mailconnectormail", message_ids=json.dumps([ID]), date="today")["parameter"] == "date"


def test_of_many_mails_each_is_told_shortly(desk: Desk) -> None:
    ids = [desk.link(desk.mary, subject=f"Scan {number}")["message"]["id"] for number in range(9)]
    desk.stage.crm.remove_by_hand(ids[8])
    assert [one["id"] for one in desk.sought(ID) if MAIL["html"] in one["html"]] == ids[:8]

    last = desk.link(desk.mary, subject="Scan 9")["message"]
    many = desk.sought(ID)

    assert many[-1] == {name: last[name] for name in ("id", "message_id", "subject", "date", "created")}
    assert [one["id"] for one in many] == [*ids[:8], last["id"]]
    assert desk.ask("mailconnectormail", message=many[-1]["id"])["copies"] == [last]


@pytest.mark.parametrize(
    "given", ["[]", '[""]', '[" "]', "[1]", '{"a": "b"}', json.dumps(["x"] * 9), json.dumps(["x" * 256])]
)
def test_one_to_eight_ids_are_asked_for(desk: Desk, given: str) -> None:
    assert desk.refusal("mailconnectormail", message_ids=given) == {
        "code": "request_invalid",
        "parameter": "message_ids",
    }


def test_a_mail_that_is_gone_is_told_from_one_that_is_not_the_users(desk: Desk, stage: Stage) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    theirs = Desk(stage, "admin").link(desk.mary)["message"]["id"]
    desk.take(mail, mail=True)

    assert desk.refusal("mailconnectormail", message=mail) == {"code": "record_refused", "id": mail, "gone": "yes"}
    assert desk.refusal("mailconnectormail", message=theirs) == {"code": "record_refused", "id": theirs}


@pytest.mark.parametrize("arrived", [False, True])
def test_the_mark_is_the_one_that_the_pane_knows(desk: Desk, arrived: Any) -> None:
    mail = desk.link(desk.mary, arrived=arrived)["message"]

    assert mail["mark"] == (mark_of(None, DATE) if arrived else mark_of(DATE))
