"""The receipt says what the CRM holds, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.errors import Problem
from connector.linking.link import Link, LinkPlan, begin
from connector.linking.receipt import receipt_of
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import FileState, Proven, StoredMail
from connector.ports import FileHandle
from unit.screens import MAIL, MARY, OFFER, WHOLE

OURS = StoredMail("7x12", "19x5", "2026-11-23 14:00:00", "2026-11-23 14:00:00", ours=True)


def finished() -> Link:
    """A link that went well."""
    link = begin(LinkPlan(MAIL, (MARY, OFFER)), lambda attachment: attachment.name)
    files = tuple(
        replace(
            one, state=FileState.STORED, document=f"9x{i}", stored_name=one.name, stored_size=i, file=FileHandle("k", i)
        )
        for i, one in enumerate(link.files)
    )
    return replace(
        link, copy=Proven(OURS, dated=True), files=files, related=frozenset({MARY.id, OFFER.id}), compared=WHOLE
    )


def test_everything_is_there() -> None:
    receipt = receipt_of(finished())
    assert receipt.complete
    assert receipt.linked == (MARY, OFFER)
    assert [line.size for line in receipt.files] == [0, 1, 2, 3]
    assert [line.name for line in receipt.files] == [one.name for one in MAIL.attachments]
    assert not receipt.before
    assert receipt.notes == ()


def test_a_missing_file_makes_it_incomplete_and_keeps_its_reason() -> None:
    link = finished().with_file(
        1, lambda one: replace(one, state=FileState.GIVEN_UP, document="", problem=Problem("file-office"))
    )
    receipt = receipt_of(link)
    assert not receipt.complete
    assert [line.stored for line in receipt.files] == [True, False, True, True]
    assert receipt.files[1].problem == Problem("file-office")


def test_a_refused_record_is_not_linked() -> None:
    refused = Problem("record-refused", {"record": OFFER.name})
    receipt = receipt_of(replace(finished(), refused={OFFER.id: refused}, related=frozenset({MARY.id})))
    assert not receipt.complete
    assert receipt.linked == (MARY,)
    assert {line.record: line.problem for line in receipt.records} == {MARY: None, OFFER: refused}


def test_a_record_that_was_not_reached_is_not_linked_yet() -> None:
    receipt = receipt_of(replace(finished(), related=frozenset({MARY.id})))
    assert [line.problem for line in receipt.records] == [None, Problem("not-related-yet")]


def test_a_mail_that_stood_there_before() -> None:
    assert receipt_of(replace(finished(), copy=Proven(replace(OURS, ours=False)))).before


def test_documents_that_the_record_does_not_list_are_a_note_not_a_failure() -> None:
    denied = Problem("relation-missing")
    link = replace(finished(), unattached={("9x0", OFFER.id): denied, ("9x1", OFFER.id): denied})
    receipt = receipt_of(link)
    assert receipt.complete
    assert receipt.notes == (Problem("documents-not-related", {"modules": OFFER.module, "count": "2"}),)


def test_a_cloud_link_is_said_to_be_one() -> None:
    link = finished().with_file(3, lambda one: replace(one, url="https://cloud.example/x"))
    assert [line.link for line in receipt_of(link).files] == [False, False, False, True]


def test_what_was_not_compared_is_not_claimed() -> None:
    receipt = receipt_of(replace(finished(), compared=()))
    assert {one.finding for one in receipt.mail} == {Finding.UNCOMPARED}
    assert {one.code for one in receipt.remarks} == {f"{part.value}-uncompared" for part in Part}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("finding", Finding)
def test_what_is_lacking_of_the_mail_makes_it_incomplete(part: Part, finding: Finding) -> None:
    lacking = (part, finding) in {
        (Part.TEXT, Finding.MISSING),
        (Part.TEXT, Finding.CUT),
        (Part.TEXT, Finding.CHANGED),
        (Part.TEXT, Finding.WITHHELD),
        (Part.SENDER, Finding.MISSING),
        (Part.RECIPIENTS, Finding.MISSING),
        (Part.DATE, Finding.MISSING),
    }
    receipt = receipt_of(replace(finished(), compared=(Statement(part, finding),)))
    assert receipt.complete is not lacking
    silent = finding in (Finding.SAME, Finding.NONE, Finding.LIKELY)
    assert [one.code for one in receipt.remarks] == ([] if silent else [f"{part.value}-{finding.value}"])
