"""``pane/first.js`` shows those rows of the CRM's first answer that Python shows of it, or none."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.app.views import view
from connector.app.writing import written
from connector.ports import RawAddress, RawMail, Response
from contract.component_fixtures import Stage, sandbox, sandbox_stage
from contract.situations import World, situations
from unit.test_first_request import KEPT, OWNER, PLAIN, case, done
from unit.test_translations import every_language, speaking
from workshop import first_request, first_rows
from workshop.translations import catalogues, translation_of

__all__ = ["sandbox", "sandbox_stage"]

RECORDS = [
    ("Contacts", "Mary Smith", "mary.smith@northwind.example", "address", "mary.smith@northwind.example"),
    ("Leads", "M. Smith", "Mary.Smith@Northwind.example", "address", "mary.smith@northwind.example"),
    ("Leads", "Mary", "", "address", "mary.smith@northwind.example"),
    ("HelpDesk", "Müller: Gerät läuft nicht", "In Progress", "conversation", "Offer 42"),
    ("HelpDesk", "Old case", "Open", "conversation", ""),
    ("HelpDesk", "Cooling unit", "Open", "number", "TT12"),
    ("Accounts", "Northwind Traders", "info@northwind.example", "company", "Mary Smith"),
    ("Accounts", "Straße & Söhne", "", "company", ""),
    ("Potentials", "Spare parts", "Negotiation/Review", "opportunity", "Mary Smith"),
    ("HelpDesk", "E42", "Open", "ticket", "Northwind Traders"),
    ("Vessels", "Vessel 7", "", "recent", ""),
    ("Accounts", "Contoso", "www.contoso.example", "domain", "northwind.example"),
]
MODULES = [
    {"name": "Contacts", "label": "Contacts", "singular": "Contact"},
    {"name": "Accounts", "label": "Companies", "singular": "Company"},
    {"name": "Leads", "label": "Leads", "singular": ""},
    {"name": "HelpDesk", "label": "Tickets", "singular": "Ticket"},
    {"name": "Potentials", "label": "Opportunities", "singular": "Opportunity"},
    {"name": "Vessels", "label": "Vessels", "singular": "Vessel"},
    {"name": "Faq", "label": "Questions", "singular": "Question"},
]


def entry(number: int, record: Sequence[str]) -> dict[str, Any]:
    """A record in an answer."""
    module, name, detail, reason, about = record
    about_it = {"module": module, "name": name, "detail": detail, "reason": reason, "about": about, "role": ""}
    return {"id": f"4x{number}", **about_it}


def result(records: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """What the component has found."""
    return {"records": list(records), "modules": MODULES, "links": [], "known": [], "complete": True, **more}


def envelope(found: Mapping[str, Any], **more: Any) -> str:
    """The answer that brings it."""
    return json.dumps({"status": 200, "data": {"contract": 1, "ok": True, "result": found}, **more})


def python_shows(answer: str, raw: RawMail = PLAIN) -> Any:
    """The list of records that the real app shows once that answer has come, as a tree; None where it shows none."""
    _sent, state = first_request.opened(raw, OWNER, KEPT, {}, answer=Response(200, answer))
    return _below(json.loads(written(view(state)).text), "suggestions", "list")


def _below(tree: Any, *keys: str) -> Any:
    """The part of the tree with these keys, one inside another."""
    if isinstance(tree, str):
        return None
    keys = keys[1:] if tree[1] == keys[0] else keys
    return next((found for one in tree[4] if (found := _below(one, *keys)) is not None), None) if keys else _bare(tree)


def _bare(tree: Any) -> Any:
    """The tree without handlers, and without the sign that Python may be looking for more."""
    if isinstance(tree, str):
        return tree
    tag, key, attributes, _handlers, children = tree
    seen = {name: text for name, text in attributes.items() if name != "aria-busy"}
    return [tag, key, seen, 0, [_bare(child) for child in children]]


def shown(answers: Sequence[str], folder: Path, **more: Any) -> list[Any]:
    """What the script shows of each answer to a plain mail."""
    return [rows for _sent, rows in done([case(answer=one, **more) for one in answers], folder)]


def test_of_a_plain_answer_there_is_all_that_python_shows(tmp_path: Path) -> None:
    answer = envelope(result([entry(*one) for one in enumerate(RECORDS, 21)]))
    [rows] = shown([answer], tmp_path)
    assert rows is not None
    assert rows == python_shows(answer)
    assert "Ticket · Open, belongs to Northwind Traders" in json.dumps(rows, ensure_ascii=False)


@every_language
def test_in_each_language(language: str, tmp_path: Path) -> None:
    texts = json.loads(translation_of(catalogues()[language], first_rows.texts()).texts)
    answer = envelope(result([entry(*one) for one in enumerate(RECORDS, 21)]))
    [rows] = shown([answer], tmp_path, texts=texts)
    with speaking(catalogues()[language]):
        assert rows == python_shows(answer)


def test_of_what_the_crm_answers_in_the_situations(sandbox_stage: Stage, tmp_path: Path) -> None:
    crm, caller = sandbox_stage.crm, sandbox_stage.caller
    cases, answers = [], []
    for one in situations():
        if [role for _mail, role in one.roles] != ["from"] or one.linked or one.sent:
            continue
        crm.reset()
        world = World(crm)
        world.arrange(one)
        [(mail, _role)] = one.roles
        writer = RawAddress("Somebody", mail)
        raw = replace(PLAIN, author=writer, sender=writer, subject=world.text(one.subject) or PLAIN.subject)
        given = {"people": json.dumps([{"mail": mail, "role": "from"}]), "subject": raw.subject}
        answer = envelope(caller.result("mailconnectorfind", caller.token(one.user), first="1", **given))
        cases.append(case(raw, answer=answer))
        answers.append((raw, answer, one.about))
    told = done(cases, tmp_path)
    for (raw, answer, about), (_sent, rows) in zip(answers, told, strict=True):
        assert rows is None or rows == python_shows(answer, raw), about
    assert sum(rows is not None for _sent, rows in told) > 20


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """A plain answer, but for one thing."""
    answer = json.loads(envelope(result([entry(*one) for one in enumerate(RECORDS[:3], 21)])))
    change(answer)
    return json.dumps(answer)


def record_with(**values: Any) -> str:
    """A plain answer whose second record has these values."""
    return changed(lambda answer: answer["data"]["result"]["records"][1].update(values))


def result_with(**values: Any) -> str:
    """A plain answer that says this of the whole."""
    return changed(lambda answer: answer["data"]["result"].update(values))


NOTHING_SHOWN = {
    "no answer of vtenext": "<html>Maintenance</html>",
    "an empty answer": "",
    "a list": "[]",
    "a refusal": changed(lambda answer: answer["data"].update(ok=False)),
    "an error beside": changed(lambda answer: answer.update(error="InvalidLoginException")),
    "no success": changed(lambda answer: answer.update(success=False)),
    "another status": changed(lambda answer: answer.update(status=401)),
    "no result": changed(lambda answer: answer["data"].pop("result")),
    "no records": result_with(records=[]),
    "no modules": result_with(modules=None),
    "a module that was not asked": result_with(unasked=["Leads"]),
    "a mail that is linked already": result_with(links=[{"message_id": PLAIN.message_id, "records": []}]),
    "a record twice": record_with(id="4x21"),
    "no id": record_with(id=None),
    "an id with more": record_with(id='4x22"><b'),
    "no name": record_with(name=""),
    "a number for a name": record_with(name=7),
    "a name that runs from right to left": record_with(name="שלום"),
    "a name that turns the direction": record_with(name="a\u202eb"),
    "a name with a line break": record_with(name="a\nb"),
    "a name with spaces": record_with(name="a  b"),
    "a long name": record_with(name="x" * 300),
    "a picture": record_with(name="🙂"),
    "a module that is not listed": record_with(module="Machines"),
    "a module without Messages": record_with(module="Faq"),
    "an unknown reason": record_with(reason="guess"),
    "a guess from the text": record_with(reason="text"),
    "another's address": record_with(about="luca@northwind.example"),
    "a detail that is no text": record_with(detail={"a": 1}),
    "many records": result_with(records=[entry(number, RECORDS[0]) for number in range(21, 40)]),
}
STILL_SHOWN = {
    "markup is text": record_with(name='<b onclick="x">&amp;</b>'),
    "marks are text": record_with(name="{id} {about}", reason="company", about="{name} {detail}"),
    "a name of an object's own": record_with(name="constructor", reason="company", about="__proto__"),
    "a detail that is left out": changed(lambda answer: answer["data"]["result"]["records"][1].pop("detail")),
    "what else a later component may say": result_with(later={"a": 1}),
}


def test_of_any_other_answer_nothing_is_shown(tmp_path: Path) -> None:
    rows = shown(list(NOTHING_SHOWN.values()), tmp_path)
    assert {name for name, one in zip(NOTHING_SHOWN, rows, strict=True) if one is not None} == set()


def test_what_looks_odd_is_shown_as_python_shows_it(tmp_path: Path) -> None:
    rows = dict(zip(STILL_SHOWN, shown(list(STILL_SHOWN.values()), tmp_path), strict=True))
    assert rows == {name: python_shows(answer) for name, answer in STILL_SHOWN.items()}


def test_of_answers_drawn_at_random_nothing_is_shown_otherwise(tmp_path: Path) -> None:
    draw = random.Random(29)
    names = [
        *(one[1] for one in RECORDS),
        "a  b",
        " x",
        "x" * 81,
        "x" * 80,
        "Ⅻ",
        "ſtraße",
        "a\u00adb",
        "İ",
        "{name}",
        "&lt;",
    ]
    answers = []
    for _ in range(60):
        records = [list(one) for one in copy.deepcopy(draw.choices(RECORDS, k=draw.randrange(1, 8)))]
        for one in records:
            if draw.random() < 0.3:
                one[draw.randrange(1, 5)] = draw.choice(names)
        answers.append(envelope(result([entry(*one) for one in enumerate(records, 21)])))
    rows = shown(answers, tmp_path)
    for answer, one in zip(answers, rows, strict=True):
        assert one is None or one == python_shows(answer), answer
    assert 10 < sum(one is not None for one in rows) < len(rows)


def test_nothing_is_shown_of_an_answer_about_a_mail_that_is_no_longer_open(tmp_path: Path) -> None:
    answer = envelope(result([entry(*one) for one in enumerate(RECORDS, 21)]))
    assert shown([answer], tmp_path, later={"internetMessageId": "<another@northwind.example>"}) == [None]


def test_the_build_stops_where_a_row_holds_more_than_is_known() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        first_rows._marked(["li", "", {}, 0, ["sign-record"]])
