"""Storing, relating, taking back and filling mails, with the sandbox's component and the PHP one alike."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
ID = "<offer-42@northwind.example>"
MAIL: dict[str, Any] = {
    "message_id": ID,
    "subject": "Offer 42",
    "date": "2026-11-20T09:11:12Z",
    "from": [{"name": "Mary Smith", "mail": "mary.smith@northwind.example"}],
    "to": [
        {"name": "Conti, Luca", "mail": "luca@ourcompany.example"},
        {"name": "", "mail": "sales@ourcompany.example"},
    ],
    "html": "<p>Hello <b>world</b></p>",
}


class Desk:
    """A signed-in user who links mails."""

    def __init__(self, stage: Stage, user: str = "agent") -> None:
        self.stage, self.user = stage, user
        self.token = stage.caller.token(user)

    def record(self, module: str, **fields: str) -> str:
        return str(self.stage.crm.find(module, **fields).id)

    @property
    def mary(self) -> str:
        return self.record("Contacts", lastname="Smith")

    @property
    def company(self) -> str:
        return self.record("Accounts", accountname="Northwind Traders")

    def ask(self, operation: str, /, **given: str) -> Any:
        return self.stage.caller.result(operation, self.token, **given)

    def refusal(self, operation: str, /, **given: Any) -> dict[str, Any]:
        data = self.stage.caller.data(operation, self.token, **given)
        assert data["ok"] is False, data
        return {"code": data["code"], **data["details"]}

    def link(self, *targets: str, files: dict[str, bytes] | None = None, **changes: Any) -> Any:
        given = {"mail": json.dumps(MAIL | changes), "targets": json.dumps(targets)}
        if not files:
            return self.ask("mailconnectorlink", **given)
        given["names"] = json.dumps(list(files))
        answer = self.stage.caller.upload("mailconnectorlink", self.token, files, **given)
        data = answer.json()["data"]
        assert data["ok"] is True, data
        return data["result"]

    def upload(self, mail: str, place: int, name: str, content: bytes, *targets: str) -> Any:
        given = {"message": mail, "place": str(place), "name": name, "targets": json.dumps(targets) if targets else ""}
        answer = self.stage.caller.upload("mailconnectorfile", self.token, {name: content}, **given)
        return answer.json()["data"]["result"]

    def take(self, mail: str, /, **what: Any) -> Any:
        return self.ask("mailconnectortakeback", message=mail, what=json.dumps(what))

    def copies(self, message_id: str = ID) -> list[dict[str, Any]]:
        return self.sought(message_id)

    def sought(self, *message_ids: str, **more: str) -> list[dict[str, Any]]:
        return list(self.ask("mailconnectormail", message_ids=json.dumps(message_ids), **more)["copies"])


def shown(mail: dict[str, Any]) -> str:
    """The text of a mail, without what the CRM says of its own cleaning."""
    return re.sub(r"\s*<!--.*?-->\s*", "", mail["html"])


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """The agent, on either component."""
    return Desk(stage)


def test_a_mail_stands_as_it_was_sent(desk: Desk) -> None:
    done = desk.link(desk.mary, desk.company, files={"offer_1.pdf": b"%PDF-1.7", "plan.txt": b"A plan"})

    mail = done["message"]
    assert (mail["message_id"], mail["subject"], done["stored"]) == (ID, "Offer 42", True)
    assert mail["date"] == "2026-11-20T10:11:12+01:00"
    assert (mail["from"], mail["to"]) == (
        "mary.smith@northwind.example",
        "luca@ourcompany.example, sales@ourcompany.example",
    )
    assert (mail["from_names"], mail["to_names"]) == ("Mary Smith", "Conti, Luca, sales@ourcompany.example")
    assert MAIL["html"] in mail["html"]
    assert mail["html_bytes"] == len(mail["html"])
    assert mail["mark"] == "Mail Connector; sent 2026-11-20 09:11:12 UTC"
    assert [(one["title"], one["size"], one["place"]) for one in mail["documents"]] == [
        ("offer_1.pdf", 8, 1),
        ("plan.txt", 6, 2),
    ]
    assert set(mail["records"]) == {desk.mary, desk.company}
    assert done["copies"] == [mail["id"]]
    sources = [mail["id"], *(one["id"] for one in mail["documents"])]
    assert done["related"] == [[source, target] for source in sources for target in (desk.mary, desk.company)]
    assert (done["refused"], done["dropped"], done["complete"]) == ([], [], True)
    assert all([one.id for one in desk.stage.crm.linked_messages(source)] == [mail["id"]] for source in sources[1:])
    assert desk.copies() == [mail]


def test_people_are_written_as_in_a_mail_head(desk: Desk) -> None:
    desk.link(desk.mary)

    (mail,) = desk.stage.crm.messages()
    assert mail["mto_f"] == '"Conti, Luca" <luca@ourcompany.example>, sales@ourcompany.example'
    assert mail["mto_n"] == "Conti, Luca, sales@ourcompany.example"
    assert mail["mtype"] == "Link"


def test_linking_again_stores_nothing_twice_and_adds_what_is_missing(desk: Desk) -> None:
    first = desk.link(desk.mary, files={"a.txt": b"one"})
    again = desk.link(desk.mary, desk.company, files={"a.txt": b"one", "b.txt": b"two"})

    assert (again["stored"], again["message"]["id"]) == (False, first["message"]["id"])
    assert [one["title"] for one in again["message"]["documents"]] == ["a.txt", "b.txt"]
    assert again["message"]["documents"][0]["id"] == first["message"]["documents"][0]["id"]
    assert len(desk.stage.crm.messages()) == 1


def test_another_subject_or_another_case_is_another_mail(desk: Desk) -> None:
    one = desk.link(desk.mary)
    subject = desk.link(desk.mary, subject="Offer 42, changed")
    case = desk.link(desk.mary, message_id=ID.upper())

    assert len({one["message"]["id"], subject["message"]["id"], case["message"]["id"]}) == 3
    assert subject["copies"] == [one["message"]["id"], subject["message"]["id"]]
    assert case["copies"] == [case["message"]["id"]]


def test_what_the_database_can_not_keep_is_known_again(desk: Desk) -> None:
    odd = "<🙂-42@northwind.example>"
    first = desk.link(desk.mary, message_id=odd, subject="Offer 🙂")
    again = desk.link(desk.company, message_id=odd, subject="Offer 🙂")

    assert first["message"]["message_id"] == "<????-42@northwind.example>"
    assert (again["stored"], again["copies"]) == (False, [first["message"]["id"]])
    assert [one["id"] for one in desk.copies(odd)] == [first["message"]["id"]]


def test_a_mail_of_somebody_else_is_nobodys_business(desk: Desk, stage: Stage) -> None:
    other = Desk(stage, "admin")
    mail = other.link(desk.mary)["message"]["id"]

    assert desk.copies() == []
    for operation, more in (
        ("mailconnectormail", {}),
        ("mailconnectorrelate", {"targets": json.dumps([desk.mary])}),
        (
            "mailconnectorfile",
            {"targets": json.dumps([desk.mary]), "place": "1", "name": "a", "url": "https://a.example/b"},
        ),
        ("mailconnectorfill", {"html": "<p>changed</p>"}),
        ("mailconnectortakeback", {"what": '{"mail": true}'}),
        ("mailconnectortakeback", {"what": json.dumps({"records": [desk.mary]})}),
    ):
        assert desk.refusal(operation, message=mail, **more) == {"code": "record_refused", "id": mail}
    assert other.copies()[0]["id"] == mail


def test_records_that_the_user_may_not_see_are_refused_before_anything_is_stored(desk: Desk) -> None:
    hidden = desk.record("Contacts", lastname="Keller")
    gone, deleted = f"{hidden.partition('x')[0]}x999999", desk.record("Contacts", lastname="Nair")
    users, wrong = "19x1", f"{desk.company.partition('x')[0]}x{desk.mary.partition('x')[2]}"
    desk.stage.crm.remove_by_hand(deleted)
    lead = desk.stage.crm.new_record("Leads", owner="agent", lastname="Lost")
    desk.stage.crm.convert(lead, desk.mary)
    for record in (hidden, gone, deleted, users, wrong, lead):
        for operation, given in (
            ("mailconnectorlink", {"mail": json.dumps(MAIL), "targets": json.dumps([record])}),
            ("mailconnectorrecord", {"id": record}),
        ):
            refusal = desk.refusal(operation, **given)
            assert (refusal["code"], refusal["id"]) == ("record_refused", record)
            assert ("gone" in refusal) == (record in {gone, deleted, users, lead}), (operation, record)
    assert desk.stage.crm.messages() == []


def test_refused_records_do_not_keep_the_others_from_the_mail(desk: Desk) -> None:
    hidden, notice = desk.record("Contacts", lastname="Keller"), desk.record("Notices")
    done = desk.link(desk.mary, hidden, notice, files={"a.txt": b"one"})
    assert done["message"]["records"] == [desk.mary]
    assert {(one["target"], one["code"]) for one in done["refused"]} == {
        (hidden, "record_refused"),
        (notice, "relation_missing"),
    }
    assert {target for _, target in done["related"]} == {desk.mary}


def test_documents_stay_away_from_modules_that_take_none(desk: Desk) -> None:
    campaign = desk.record("Employees", lastname="Brown")
    done = desk.link(campaign, desk.mary, files={"a.txt": b"one"})

    document = done["message"]["documents"][0]["id"]
    related = {tuple(pair) for pair in done["related"]}
    assert {(document, desk.mary), (done["message"]["id"], campaign)} <= related
    refused = [(one["source"], one["target"], one["code"]) for one in done["refused"]]
    assert ((document, campaign) in related) or refused == [(document, campaign, "relation_missing")]


@pytest.mark.parametrize(
    "mail",
    [
        {"element": "x"},
        {"assigned_user_id": "19x1"},
        {"message_id": ""},
        {"message_id": "<" + "a" * 255 + ">"},
        {"subject": ["a"]},
        {"from": "mary@x.example"},
        {"to": [{"mail": "a@x.example", "owner": "19x1"}]},
        {"to": {"first": {"mail": "a@x.example"}}},
        {"date": "2026-11-20 09:11:12"},
        {"date": "2026-02-30T09:11:12Z"},
        {"html": None},
        {"arrived": "true"},
        {"arrived": 1},
        {"xmailer": "x"},
    ],
)
def test_a_mail_has_its_named_fields_and_no_others(desk: Desk, mail: dict[str, Any]) -> None:
    given = json.dumps(MAIL | mail)

    refusal = desk.refusal("mailconnectorlink", mail=given, targets=json.dumps([desk.mary]))

    assert refusal == {"code": "request_invalid", "parameter": "mail"}
    assert desk.stage.crm.messages() == []


@pytest.mark.parametrize(
    "targets", ["", "[]", '["4x"]', '["4x1 "]', '["04x1"]', "[4]", '{"a": "4x1"}', '["x1"]', '["4x1\\n"]']
)
def test_record_ids_have_their_form(desk: Desk, targets: str) -> None:
    for operation, more in (
        ("mailconnectorlink", {"mail": json.dumps(MAIL)}),
        ("mailconnectorrelate", {"message": "44x1"}),
    ):
        refusal = desk.refusal(operation, targets=targets, **more)
        assert refusal == {"code": "request_invalid", "parameter": "targets"}


def test_files_that_did_not_arrive_are_told_by_their_place(desk: Desk) -> None:
    given = {
        "mail": json.dumps(MAIL),
        "targets": json.dumps([desk.mary]),
        "names": json.dumps(["a.txt", "b.txt", "c.txt"]),
    }
    answer = desk.stage.caller.upload("mailconnectorlink", desk.token, {"a.txt": b"one", "b.txt": b""}, **given)
    done = answer.json()["data"]["result"]

    assert done["dropped"] == [{"place": 2, "code": "file_empty"}, {"place": 3, "code": "file_missing"}]
    assert [one["title"] for one in done["message"]["documents"]] == ["a.txt"]


def test_names_of_files_are_the_clients_names_made_harmless(desk: Desk) -> None:
    files = {str(number): b"a" * number for number in range(1, 6)}
    given = {
        "mail": json.dumps(MAIL),
        "targets": json.dumps([desk.mary]),
        "names": json.dumps(["../../etc/passwd", "a\r\nb_c.txt", "...", "x.php. .", "gpj.\u202ephp"]),
    }
    done = desk.stage.caller.upload("mailconnectorlink", desk.token, files, **given).json()["data"]["result"]

    assert [one["title"] for one in done["message"]["documents"]] == [
        ".._.._etc_passwd",
        "a b_c.txt",
        "file",
        "x.php",
        "gpj.php",
    ]


def test_files_may_come_in_several_calls_each_in_its_place(desk: Desk) -> None:
    names = json.dumps(["a.txt", "b.txt", "c.txt"])
    given = {"mail": json.dumps(MAIL), "names": names, "targets": json.dumps([desk.mary])}

    def send(given: dict[str, str], **parts: bytes) -> Any:
        return desk.stage.caller.parts("mailconnectorlink", desk.token, parts, **given).json()["data"]["result"]

    first = send(given, file1=b"two")
    rest = send(given | {"targets": json.dumps([desk.mary, desk.company])}, file0=b"one")

    assert first["dropped"] == [{"place": 1, "code": "file_missing"}, {"place": 3, "code": "file_missing"}]
    assert rest["dropped"] == [{"place": 3, "code": "file_missing"}]
    told = [(one["place"], one["title"], one["size"]) for one in rest["message"]["documents"]]
    assert told == [(2, "b.txt", 3), (1, "a.txt", 3)]
    two, one = (one["id"] for one in rest["message"]["documents"])
    assert (rest["stored"], rest["copies"]) == (False, [first["message"]["id"]])
    assert [two, desk.company] in rest["related"]
    assert [one, desk.company] in rest["related"]


def test_a_date_of_arrival_is_marked_as_such(desk: Desk) -> None:
    mail = desk.link(desk.mary, arrived=True)["message"]

    assert (mail["date"], mail["mark"]) == (
        "2026-11-20T10:11:12+01:00",
        "Mail Connector; date unsure, came 2026-11-20 09:11:12 UTC",
    )


def test_pictures_in_the_text_are_left_out_and_the_text_is_not(desk: Desk) -> None:
    picture = "data:image/png;base64," + "A" * 5000
    html = f'<p>Big data: (data:2026), <b>metadata</b></p><img src="{picture}" /><p>End</p>'
    mail = desk.link(desk.mary, html=html)["message"]

    assert shown(mail) == html.replace(picture, "data:,5000")
    assert mail["html_bytes"] == len(mail["html"]) + len(picture) - len("data:,5000")


@pytest.mark.parametrize("operation", ["mailconnectorlink", "mailconnectorfill"])
@pytest.mark.parametrize("name", ["noscript", "NOEMBED", "noframes", "textarea", " noscript", "svg", "math\0"])
def test_no_markup_hides_from_the_crms_filter(desk: Desk, operation: str, name: str) -> None:
    html = f'<{name}><p title="</{name}><img src=x onerror=alert(1)>">seen</p></{name}>'
    mail = desk.link(desk.mary, html=html if operation == "mailconnectorlink" else "")["message"]
    if operation == "mailconnectorfill":
        mail = desk.ask(operation, message=mail["id"], html=html)["message"]

    assert "seen" in mail["html"]
    assert not re.search(rf"<[\s/]*{name.strip().strip(chr(0))}", mail["html"], re.IGNORECASE)


def test_a_file_alone_is_attached_like_those_that_came_with_the_mail(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    done = desk.upload(mail, 3, "later.txt", b"later", desk.mary)
    again = desk.upload(mail, 3, "later.txt", b"later", desk.mary)

    document = done["document"]
    assert (document["title"], document["size"], document["place"], document["link"]) == ("later.txt", 5, 3, False)
    assert done["stored"]
    assert done["related"] == [[document["id"], desk.mary]]
    assert (again["document"], again["stored"]) == (document, False)
    assert desk.copies()[0]["documents"] == [document]


def test_a_file_without_bytes_is_told_and_not_stored(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    done = desk.upload(mail, 1, "empty.txt", b"", desk.mary)

    assert (done["document"], done["dropped"]) == (None, [{"place": 1, "code": "file_empty"}])


def test_an_address_is_stored_as_such(desk: Desk) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    given = {"message": mail, "place": "1", "name": "Plan.docx", "url": "https://cloud.example/p?a=b&c=%20d"}
    done = desk.ask("mailconnectorfile", **given)

    assert (done["document"]["title"], done["document"]["name"], done["document"]["link"]) == (
        "Plan.docx",
        given["url"],
        True,
    )
    assert desk.ask("mailconnectorfile", **given)["document"] == done["document"]
    long = desk.ask("mailconnectorfile", **given | {"url": "https://cloud.example/" + "a" * 300, "place": "2"})
    assert (long["document"], long["dropped"]) == (None, [{"place": 2, "code": "address_too_long"}])
    for url in ("http://cloud.example/", "javascript:alert(1)", "https://a@b.example/", 'https://b.example/"x'):
        assert desk.refusal("mailconnectorfile", **given | {"url": url})["parameter"] == "url"


def test_a_mail_and_its_documents_go_to_further_records(desk: Desk) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one"})["message"]
    done = desk.ask("mailconnectorrelate", message=mail["id"], targets=json.dumps([desk.company]))

    assert done == {
        "related": [[mail["id"], desk.company], [mail["documents"][0]["id"], desk.company]],
        "refused": [],
        "complete": True,
    }


def test_what_ran_out_of_time_is_told(desk: Desk) -> None:
    desk.stage.component.relate_seconds = 0
    done = desk.link(desk.mary, files={"a.txt": b"one", "b.txt": b"two"})
    mail, (first, second) = done["message"]["id"], done["message"]["documents"]

    assert (done["complete"], done["related"]) == (False, [[mail, desk.mary], [first["id"], desk.mary]])
    rest = desk.ask("mailconnectorrelate", message=mail, targets=json.dumps([desk.mary]))
    assert (rest["complete"], rest["related"][-1]) == (True, [second["id"], desk.mary])


# -- taking back


def test_a_link_is_taken_back_with_its_documents_and_relations(desk: Desk) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one"})["message"]
    taken = desk.take(mail["id"], mail=True)

    assert taken == {"removed": [mail["documents"][0]["id"], mail["id"]], "stays": []}
    assert desk.copies() == []
    assert desk.take(mail["id"], mail=True) == {"removed": [mail["id"]], "stays": []}
    assert desk.link(desk.company)["message"]["records"] == [desk.company]


def test_single_relations_are_taken_back_and_earlier_ones_stay(desk: Desk, stage: Stage) -> None:
    earlier = desk.link(desk.mary)["message"]["id"]
    stage.crm.relate_by_hand(earlier, desk.company)
    desk.link(desk.mary, desk.company, files={"a.txt": b"one"})

    taken = desk.take(earlier, records=[desk.mary, desk.company])

    assert taken == {"removed": [desk.mary], "stays": [{"id": desk.company, "code": "not_ours"}]}
    assert desk.copies()[0]["records"] == [desk.company]
    assert desk.take(earlier, records=[desk.mary])["removed"] == [desk.mary]


def test_what_others_have_related_since_stays(desk: Desk, stage: Stage) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one"})["message"]
    stage.crm.relate_by_hand(mail["id"], desk.company)

    assert desk.take(mail["id"], mail=True)["stays"] == [{"id": mail["id"], "code": "related_elsewhere"}]
    assert desk.copies()[0]["id"] == mail["id"]


def test_a_copy_goes_while_the_relations_stay_for_the_other_copies(desk: Desk, stage: Stage) -> None:
    other = Desk(stage, "admin")
    mine = desk.link(desk.mary)["message"]["id"]
    theirs = other.link(desk.mary)["message"]["id"]
    assert desk.take(mine, mail=True) == {"removed": [mine], "stays": []}
    assert [(one["id"], one["records"]) for one in other.copies()] == [(theirs, [desk.mary])]
    assert other.take(theirs, mail=True)["removed"] == [theirs], "by now it is theirs alone"


def test_what_only_this_link_related_goes_from_the_other_copies_too(desk: Desk, stage: Stage) -> None:
    other = Desk(stage, "admin")
    theirs = other.link(desk.mary)["message"]["id"]
    mine = desk.link(desk.mary, desk.company)["message"]["id"]
    assert desk.take(mine, mail=True) == {"removed": [mine], "stays": []}
    assert [(one["id"], one["records"]) for one in other.copies()] == [(theirs, [desk.mary])]


def test_a_relation_that_another_link_wanted_too_stays(desk: Desk, stage: Stage) -> None:
    other = Desk(stage, "admin")
    mine = desk.link(desk.mary, desk.company)["message"]["id"]
    theirs = other.link(desk.mary)["message"]["id"]
    stays = [{"id": desk.mary, "code": "related_elsewhere"}]
    assert desk.take(mine, records=[desk.mary, desk.company]) == {"removed": [desk.company], "stays": stays}
    other.take(theirs, mail=True)
    assert desk.take(mine, records=[desk.mary]) == {"removed": [desk.mary], "stays": []}


def test_documents_are_taken_back_alone(desk: Desk) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one", "b.txt": b"two"})["message"]
    first, second = (one["id"] for one in mail["documents"])

    assert desk.take(mail["id"], documents=[first]) == {"removed": [first], "stays": []}
    assert [one["id"] for one in desk.copies()[0]["documents"]] == [second]
    assert desk.take(mail["id"], documents=[first, desk.mary]) == {
        "removed": [first],
        "stays": [{"id": desk.mary, "code": "record_refused"}],
    }
    assert desk.take(mail["id"], documents=["19x1", "4x99999"]) == {
        "removed": [],
        "stays": [{"id": "19x1", "code": "record_refused"}, {"id": "4x99999", "code": "record_refused"}],
    }


def test_a_mail_that_no_link_stored_stays(desk: Desk) -> None:
    mail = desk.stage.crm.store_by_hand("agent", ID)

    assert desk.take(mail, mail=True)["stays"] == [{"id": mail, "code": "not_ours"}]


def test_documents_of_a_mail_that_somebody_has_deleted_are_taken_back(desk: Desk, stage: Stage) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one", "b.txt": b"two"})["message"]
    first, second = (one["id"] for one in mail["documents"])
    stage.crm.remove_by_hand(mail["id"])

    assert desk.take(mail["id"], documents=[first]) == {"removed": [first], "stays": []}
    assert desk.take(mail["id"], mail=True) == {"removed": [second, mail["id"]], "stays": []}
    assert desk.take(mail["id"], mail=True) == {"removed": [mail["id"]], "stays": []}
    assert stage.crm.documents() == []


def test_a_document_that_the_user_is_not_shown_is_not_told(desk: Desk, stage: Stage) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one"})["message"]
    sara = Desk(stage, "sara")
    hers = sara.link(
        sara.record("HelpDesk", ticket_title="Cooling unit reports error E42"), files={"secret.txt": b"two"}
    )
    document = hers["message"]["documents"][0]["id"]
    stage.crm.store.attach(int(mail["id"].partition("x")[2]), int(document.partition("x")[2]), "secret.txt")

    assert desk.copies()[0]["documents"] == mail["documents"]
    stays = desk.take(mail["id"], documents=[document])["stays"]
    assert stays == [{"id": document, "code": "not_ours"}]


def test_documents_of_somebody_elses_deleted_mail_are_nobodys_business(desk: Desk, stage: Stage) -> None:
    mail = desk.link(desk.mary, files={"a.txt": b"one"})["message"]
    document = mail["documents"][0]["id"]
    stage.crm.remove_by_hand(mail["id"])
    sara = Desk(stage, "sara")

    assert sara.take(mail["id"], mail=True) == {"removed": [mail["id"]], "stays": []}
    assert sara.take(mail["id"], documents=[document])["stays"] == [{"id": document, "code": "not_ours"}]
    assert [one["id"] for one in stage.crm.documents()] == [document]


@pytest.mark.parametrize(
    "what",
    ["", "[]", "{}", '{"mail": false}', '{"mail": true, "records": ["4x1"]}', '{"records": []}', '{"users": ["19x1"]}'],
)
def test_only_three_things_can_be_taken_back(desk: Desk, what: str) -> None:
    mail = desk.link(desk.mary)["message"]["id"]

    assert desk.refusal("mailconnectortakeback", message=mail, what=what) == {
        "code": "request_invalid",
        "parameter": "what",
    }


# -- filling


def test_a_text_is_filled_in_once(desk: Desk) -> None:
    mail = desk.link(desk.mary, html="<p> </p>")["message"]["id"]

    done = desk.ask("mailconnectorfill", message=mail, html="<p>The text</p>")
    assert (done["filled"], shown(done["message"])) == (["text"], "<p>The text</p>")
    again = desk.ask("mailconnectorfill", message=mail, html="<p>Another</p>")
    assert (again["filled"], shown(again["message"])) == ([], "<p>The text</p>")


def test_a_date_is_filled_in_for_what_a_link_stored(desk: Desk) -> None:
    mail = desk.link(desk.mary, date="")["message"]
    done = desk.ask("mailconnectorfill", message=mail["id"], date="2026-07-01T08:00:00Z")

    assert (mail["date"], mail["mark"]) == ("", "Mail Connector; date unsure")
    assert (done["filled"], done["message"]["date"]) == (["date"], "2026-07-01T10:00:00+02:00")
    assert done["message"]["mark"] == "Mail Connector; sent 2026-07-01 08:00:00 UTC"
    assert desk.refusal("mailconnectorfill", message=mail["id"], date="yesterday")["parameter"] == "date"


@pytest.mark.parametrize(
    ("mark", "fills"),
    [
        ("Mail Connector; date unsure", True),
        ("Mail Connector; date unsure, came 2026-11-20 09:00:00 UTC; files 0123abcd", True),
        ("Outlook", False),
        ("", False),
    ],
)
def test_a_date_that_is_unsure_is_filled_in_whoever_stored_the_mail(desk: Desk, mark: str, fills: bool) -> None:
    mail = desk.stage.crm.store_by_hand("agent", ID, xmailer=mark, mdate="2026-11-20 10:00:00")
    done = desk.ask("mailconnectorfill", message=mail, date="2026-11-20T09:11:12Z")

    assert done["filled"] == ["date"] * fills
    assert done["message"]["date"] == f"2026-11-20T10:{'11:12' if fills else '00:00'}+01:00"


# -- rights


def test_who_may_store_no_mails_stores_none(desk: Desk) -> None:
    desk.stage.crm.refuse("agent", "Messages", "create")

    refusal = desk.refusal("mailconnectorlink", mail=json.dumps(MAIL), targets=json.dumps([desk.mary]))

    assert refusal == {"code": "permission_denied", "what": "Messages"}


def test_who_may_store_no_documents_stores_the_mail_alone(desk: Desk) -> None:
    desk.stage.crm.refuse("agent", "Documents", "create")
    done = desk.link(desk.mary, files={"a.txt": b"one"})

    assert (done["message"]["documents"], done["dropped"]) == ([], [{"place": 1, "code": "permission_denied"}])


@pytest.mark.parametrize(
    "operation",
    [
        "mailconnectormail",
        "mailconnectorlink",
        "mailconnectorfile",
        "mailconnectorrelate",
        "mailconnectorfill",
        "mailconnectortakeback",
    ],
)
def test_nothing_without_a_token_and_a_licence(stage: Stage, operation: str) -> None:
    given = {"message": "44x1", "mail": "{}", "targets": '["4x1"]', "what": "{}"}
    assert stage.caller.code(operation, **given) == "sign_in_again"
    assert stage.caller.code(operation, "mct1_wrong", **given) == "sign_in_again"
    token = stage.caller.token()
    stage.component.licence = "missing"
    assert stage.caller.code(operation, token, **given) == "licence_missing"
