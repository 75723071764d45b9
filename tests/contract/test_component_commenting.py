"""A comment beside a link, with the sandbox's component and the PHP one alike: written once, and taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.component_fixtures import php_component, sandbox, sandbox_stage, stage
from contract.test_component_looking import desk
from contract.test_component_storing import Desk

__all__ = ["desk", "php_component", "sandbox", "sandbox_stage", "stage"]
NOTE = "Please call back before Friday"


def comment(desk: Desk, mail: str, target: str, text: str = NOTE) -> dict[str, Any]:
    result = desk.ask("mailconnectorcomment", message=mail, target=target, note=text)
    assert isinstance(result, dict)
    return result


def standing(desk: Desk) -> list[tuple[str, str]]:
    """The comments of the CRM: text as it is kept, and the user who owns it."""
    rows = [row for row in desk.stage.crm.store.rows("ModComments") if not row.deleted]
    return [(row.fields["commentcontent"], desk.stage.crm.records.id("Users", row.owner)) for row in rows]


def test_a_comment_is_the_users_and_all_see_it(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    told = comment(desk, mail, desk.mary)
    assert (told["comment"]["text"], told["stored"]) == (NOTE, True)
    [row] = desk.stage.crm.store.rows("ModComments")
    assert row.fields["visibility_comm"] == "All"
    assert row.fields["related_to"] == desk.mary.partition("x")[2]
    assert standing(desk) == [(NOTE, "19x5")]


def test_it_is_not_doubled(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    first, again = comment(desk, mail, desk.mary), comment(desk, mail, desk.mary)
    assert again == {"comment": first["comment"], "stored": False}
    assert comment(desk, mail, desk.mary, "another")["stored"] is True
    assert len(standing(desk)) == 2


def test_it_is_a_text_and_no_markup(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    text = "a < b & <img src=x onerror=alert(1)> 'q' \"w\" \U0001f600"
    assert comment(desk, mail, desk.mary, text)["comment"]["text"] == text
    assert comment(desk, mail, desk.mary, text)["stored"] is False
    [(kept, _owner)] = standing(desk)
    assert kept == "a &lt; b &amp; &lt;img src=x onerror=alert(1)&gt; 'q' \"w\" &#128512;"


def test_it_goes_with_the_mail_or_the_relation_or_alone(desk: Desk) -> None:
    mail = desk.link(desk.mary, desk.company)["message"]["id"]
    at_mary = comment(desk, mail, desk.mary)["comment"]["id"]
    comment(desk, mail, desk.company)
    comment(desk, mail, desk.company, "second")
    assert desk.take(mail, records=[desk.company])["removed"] == [desk.company]
    assert standing(desk) == [(NOTE, "19x5")]
    assert desk.take(mail, comments=[at_mary]) == {"removed": [at_mary], "stays": []}
    assert desk.take(mail, comments=[at_mary]) == {"removed": [at_mary], "stays": []}
    comment(desk, mail, desk.mary)
    desk.take(mail, mail=True)
    assert standing(desk) == []


def test_what_others_have_written_stays(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    admin = Desk(desk.stage, "admin")
    other = admin.link(desk.mary)["message"]["id"]
    theirs = comment(admin, other, desk.mary, "theirs")["comment"]["id"]
    assert desk.take(mail, comments=[theirs])["stays"] == [{"id": theirs, "code": "not_ours"}]
    assert desk.take(mail, comments=[desk.mary])["stays"] == [{"id": desk.mary, "code": "record_refused"}]
    desk.take(mail, mail=True)
    assert [text for text, _owner in standing(desk)] == ["theirs"]


def test_what_it_hangs_on_stays_where_the_user_may_delete_no_comment(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    own = comment(desk, mail, desk.mary)["comment"]["id"]
    desk.stage.crm.access.refuse("agent", "ModComments", "delete")
    for what, named in (({"mail": True}, mail), ({"records": [desk.mary]}, desk.mary), ({"comments": [own]}, own)):
        taken = desk.ask("mailconnectortakeback", message=mail, what=json.dumps(what))
        assert taken == {"removed": [], "stays": [{"id": named, "code": "permission_denied"}]}
    assert standing(desk) == [(NOTE, "19x5")]
    desk.stage.crm.access.restore_rights()
    assert desk.ask("mailconnectortakeback", message=mail, what='{"mail": true}')["removed"] == [mail]
    assert standing(desk) == []


def test_what_is_refused(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    keller = desk.record("Contacts", lastname="Keller")

    def refusal(**changes: str) -> dict[str, Any]:
        return desk.refusal("mailconnectorcomment", **{"message": mail, "target": desk.mary, "note": NOTE} | changes)

    assert refusal(target=keller)["code"] == "record_refused"
    assert refusal(target=desk.company)["code"] == "record_refused", "it has not the mail"
    assert refusal(message=desk.mary)["code"] == "record_refused"
    for text in ("", " ", "x" * 501):
        assert refusal(note=text) == {"code": "request_invalid", "parameter": "note"}
    desk.stage.crm.access.refuse("agent", "ModComments", "create")
    assert refusal() == {"code": "permission_denied", "what": "ModComments"}
    assert desk.ask("mailconnectorfind", people=json.dumps([]), first="1")["comments"] == []
    desk.stage.crm.access.restore_rights()
    assert standing(desk) == []


def test_a_module_without_comments_takes_none(desk: Desk) -> None:
    machine = desk.record("Machines", machinename="CNC-42")
    mail = desk.link(machine)["message"]["id"]
    given = {"message": mail, "target": machine, "note": NOTE}
    assert desk.refusal("mailconnectorcomment", **given) == {"code": "relation_missing", "module": "Machines"}


@pytest.mark.parametrize("user", ["agent", "sara"])
def test_the_modules_are_told_that_take_comments_of_this_user(desk: Desk, user: str) -> None:
    told = Desk(desk.stage, user).ask("mailconnectorfind", people=json.dumps([]), first="1")["comments"]
    assert {"Contacts", "Accounts", "HelpDesk"} <= set(told)
    assert ("Potentials" in told) == (user == "agent")
    assert "Machines" not in told
