"""Each statement of a receipt is computed from the record and the mail; each has a sentence."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.findings import FINDINGS
from connector.linking.comparison import compared
from connector.linking.message import fields_of
from connector.linking.receipt import said_of
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import Content
from connector.mail.address import Address
from connector.mail.body import from_text
from connector.mail.mail import Mail
from connector.mail.sameness import Clocks, mark_of
from connector.mail.source import Source
from connector.ports import Body
from sandbox_crm.store.sanitizing import sanitized
from unit.screens import MAIL

HTML = "<html><head><style>p{}</style></head><body><p>Dear Paul,<br>the offer is 42 &lt; 43.</p></body></html>"
CONTENT = Content(
    Body(HTML, ""), datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC), bcc="Eve <eve@x.example>"
)
SHOWN = "2026-11-23 14:05:00"
ROW = fields_of(MAIL, CONTENT, SHOWN) | {"description": sanitized(HTML)}
CERTAIN = Clocks(lambda _: datetime.timedelta(hours=1), certain=True)
GUESSED = replace(CERTAIN, certain=False)
PEOPLE = len(MAIL.to) + len(MAIL.cc) + 1


def found(
    changes: dict[str, Any] | None = None,
    mail: Mail = MAIL,
    content: Content = CONTENT,
    clocks: Clocks = CERTAIN,
    ours: bool = True,
    pictures: tuple[int, ...] = (),
) -> dict[Part, Statement]:
    row = {name: value for name, value in (ROW | (changes or {})).items() if value is not None}
    return {one.part: one for one in compared(mail, content, row, clocks, ours=ours, pictures=pictures)}


def test_all_of_it_is_there() -> None:
    assert {one.finding for one in found().values()} == {Finding.SAME}
    assert found()[Part.RECIPIENTS].details == {"count": str(PEOPLE), "all": str(PEOPLE)}


HEAD = Source("MIME-Version: 1.0\r\n")
NOBODY = replace(MAIL, author=Address("", ""), to=(), cc=(), subject=" ")
UNADDRESSED = replace(MAIL, to=(Address("Sales", ""),))
NAMED = replace(MAIL, author=Address("Mary Smith", ""))
MOVED = replace(MAIL, created=CONTENT.date)
UNTOLD = replace(MAIL, created=None)
ELSEWHERE = {"xmailer": mark_of(None), "mdate": "2026-11-23 14:09:00"}
SHOWING = {
    "description": sanitized(f'{HTML}<img src="data:image/png;base64,AAAA"><img src="data:image/png;base64,BBBBBBBB">')
}
EMPTY = replace(CONTENT, body=Body("<html><body><div> </div></body></html>", ""))
ARRIVED = replace(CONTENT, dated=False)
LONG = replace(MAIL, subject="Offer " * 60)
TOLD = replace(MAIL, subject="x" * 255)
TEXT = replace(CONTENT, body=Body("", "a <b>\n& c"))


@pytest.mark.parametrize(
    ("part", "finding", "given_to"),
    [
        (Part.SUBJECT, Finding.SAME, {"changes": {"subject": f" {MAIL.subject} "}}),
        (Part.SUBJECT, Finding.MISSING, {"changes": {"subject": ""}}),
        (Part.SUBJECT, Finding.CUT, {"mail": LONG, "changes": {"subject": LONG.subject[:255]}}),
        (Part.SUBJECT, Finding.CHANGED, {"changes": {"subject": "Offer ????"}}),
        (Part.SUBJECT, Finding.UNSURE, {"mail": TOLD, "changes": {"subject": TOLD.subject}}),
        (Part.SUBJECT, Finding.SAME, {"mail": replace(TOLD, source=HEAD),
                                      "changes": {"subject": TOLD.subject}}),
        (Part.SUBJECT, Finding.CUT, {"changes": {"subject": MAIL.subject[:8]}}),
        (Part.SUBJECT, Finding.UNGIVEN, {"mail": NOBODY, "changes": {"subject": ""}}),
        (Part.SUBJECT, Finding.NONE, {"mail": replace(NOBODY, source=HEAD), "changes": {"subject": ""}}),
        (Part.SUBJECT, Finding.DOUBTED, {"mail": replace(TOLD, source=Source("Subject: other\r\n")),
                                         "changes": {"subject": TOLD.subject}}),
        (Part.SUBJECT, Finding.UNCOMPARED, {"changes": {"subject": None}}),
        (Part.SENDER, Finding.SAME, {"changes": {"mfrom": MAIL.author.mail.upper()}}),
        (Part.SENDER, Finding.MISSING, {"changes": {"mfrom": ""}}),
        (Part.SENDER, Finding.CHANGED, {"changes": {"mfrom": "x@x.example"}}),
        (Part.SENDER, Finding.UNSURE, {"mail": NAMED, "changes": {"mfrom": "", "mfrom_n": "Mary Smith"}}),
        (Part.SENDER, Finding.NAMED, {"mail": replace(MAIL, guessed=frozenset({MAIL.author.mail}))}),
        (Part.SENDER, Finding.MISSING, {"mail": NAMED, "changes": {"mfrom": "", "mfrom_n": ""}}),
        (Part.SENDER, Finding.CHANGED, {"changes": {"mfrom_n": "Mary ????"}}),
        (Part.SENDER, Finding.SAME, {"changes": {"mfrom_n": "Smith, Mary"}, "ours": False}),
        (Part.SENDER, Finding.UNGIVEN, {"mail": NOBODY, "changes": {"mfrom": ""}}),
        (Part.SENDER, Finding.NONE, {"mail": replace(NOBODY, source=HEAD), "changes": {"mfrom": ""}}),
        (Part.SENDER, Finding.UNCOMPARED, {"mail": NOBODY}),
        (Part.SENDER, Finding.UNCOMPARED, {"changes": {"mfrom": None}}),
        (Part.RECIPIENTS, Finding.MISSING, {"changes": {"mbcc": ""}}),
        (Part.RECIPIENTS, Finding.NAMED, {"mail": UNADDRESSED, "changes": {"mto": "", "mto_n": "Sales"}}),
        (Part.RECIPIENTS, Finding.NAMED, {"mail": replace(MAIL, guessed=frozenset({MAIL.to[0].mail}))}),
        (Part.RECIPIENTS, Finding.MISSING, {"changes": {"mto": "x@x.example", "mto_n": ""}}),
        (Part.RECIPIENTS, Finding.UNGIVEN, {"mail": NOBODY, "content": replace(CONTENT, bcc="")}),
        (Part.RECIPIENTS, Finding.NONE, {"mail": replace(NOBODY, source=HEAD),
                                         "content": replace(CONTENT, bcc="")}),
        (Part.RECIPIENTS, Finding.UNSURE, {"mail": replace(MAIL, sent=True)}),
        (Part.RECIPIENTS, Finding.SAME, {"mail": replace(MAIL, sent=True, source=HEAD)}),
        (Part.RECIPIENTS, Finding.UNCOMPARED, {"changes": {"mcc": None}}),
        (Part.DATE, Finding.CHANGED, {"changes": {"mdate": "2026-11-23 13:05:00"}}),
        (Part.DATE, Finding.UNSURE, {"changes": {"mdate": "2026-11-23 13:05:00"}, "clocks": GUESSED}),
        (Part.DATE, Finding.UNSURE, {"clocks": GUESSED}),
        (Part.DATE, Finding.LIKELY, {"clocks": GUESSED, "ours": False}),
        (Part.DATE, Finding.ARRIVAL, {"mail": MOVED, "content": ARRIVED, "changes": {"xmailer": mark_of(None)}}),
        (Part.DATE, Finding.UNDATED, {"mail": UNTOLD, "content": ARRIVED, "changes": {"xmailer": mark_of(None)}}),
        (Part.DATE, Finding.UNDATED, {"mail": MOVED, "changes": ELSEWHERE, "ours": False}),
        (Part.DATE, Finding.UNDATED, {"mail": MOVED, "changes": {"xmailer": mark_of(None)}, "clocks": GUESSED}),
        (Part.DATE, Finding.UNCOMPARED, {"content": ARRIVED, "ours": False}),
        (Part.DATE, Finding.MISSING, {"changes": {"mdate": "0000-00-00 00:00:00"}}),
        (Part.DATE, Finding.UNCOMPARED, {"changes": {"mdate": ""}}),
        (Part.DATE, Finding.UNCOMPARED, {"changes": {"mdate": None}}),
        (Part.TEXT, Finding.MISSING, {"changes": {"description": sanitized("")}}),
        (Part.TEXT, Finding.CUT, {"changes": {"description": sanitized("<p>Dear Paul,")}}),
        (Part.TEXT, Finding.SAME, {"changes": {"description": HTML.removesuffix("p></body></html>")}}),
        (Part.TEXT, Finding.SAME, {"changes": {"description": HTML.removesuffix("/p></body></html>")}}),
        (Part.TEXT, Finding.CHANGED, {"changes": {"description": sanitized("<p>Dear Mary,")}}),
        (Part.TEXT, Finding.CHANGED, {"changes": {"description": sanitized(HTML + "more")}}),
        (Part.TEXT, Finding.SAME, {"changes": SHOWING, "pictures": (4, 8)}),
        (Part.TEXT, Finding.UNPICTURED, {"changes": SHOWING, "pictures": (4, 4, 8)}),
        (Part.TEXT, Finding.UNPICTURED, {"changes": SHOWING, "pictures": (4, 12)}),
        (Part.TEXT, Finding.UNGIVEN, {"content": EMPTY, "changes": {"description": sanitized("")}}),
        (Part.TEXT, Finding.UNCOMPARED, {"content": EMPTY}),
        (Part.TEXT, Finding.UNCOMPARED, {"changes": {"description": None}}),
        (Part.TEXT, Finding.SAME, {"content": TEXT, "changes": {"description": sanitized(from_text("a <b>\n& c"))}}),
        (Part.TEXT, Finding.SAME, {"content": replace(CONTENT, body=Body('<img src="cid:a">', "")),
                                   "changes": {"description": sanitized('<img src="cid:a">')}}),
    ],
)  # fmt: skip
def test_a_property_that_is_otherwise(part: Part, finding: Finding, given_to: dict[str, Any]) -> None:
    assert found(**given_to)[part].finding is finding


def test_what_is_missing_is_counted() -> None:
    many = replace(MAIL, to=tuple(Address("", f"person{n}@x.example") for n in range(600)), cc=())
    row = fields_of(many, CONTENT, SHOWN)
    short = {"mto": ", ".join(row["mto"].split(", ")[:500])}
    assert found(row | short, many)[Part.RECIPIENTS].details == {"count": "501", "all": "601"}
    assert found(row, many)[Part.RECIPIENTS].finding is Finding.SAME
    beyond = found(row, replace(many, left_out=7))[Part.RECIPIENTS]
    assert (beyond.finding, beyond.details) == (Finding.MISSING, {"count": "601", "all": "608"})
    cut = found({"description": sanitized("<p>Dear Paul,")})[Part.TEXT]
    assert cut.details == {"count": "9", "all": "25"}
    torn = found({"description": f"{HTML.partition('the offer')[0]}th</"})[Part.TEXT]
    assert torn.details == {"count": "11", "all": "25"}


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.none() | st.text() | st.integers()), st.booleans())
def test_every_statement_has_its_sentence(changes: dict[str, Any], ours: bool) -> None:
    for clocks in (CERTAIN, GUESSED):
        for one in found(changes, clocks=clocks, ours=ours).values():
            said = said_of(one)
            assert said is None or said.code in FINDINGS
            # Nothing is claimed that the record does not show.
            if one.finding is Finding.SAME and one.part in (Part.SUBJECT, Part.SENDER, Part.DATE):
                name = {Part.SUBJECT: "subject", Part.SENDER: "mfrom", Part.DATE: "mdate"}[one.part]
                told = str((ROW | changes)[name])
                assert " ".join(told.split()).casefold() == ROW[name].casefold()
