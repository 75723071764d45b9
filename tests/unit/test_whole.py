"""What the component answers to a whole mail: read, or refused as unreadable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.whole import taken_in
from connector.domain.linking import FileOutcome, FileState, Link, LinkPlan, Step, StoredMail, next_step
from connector.domain.records import Record
from connector.errors import AnswerUnreadable
from connector.ports import FileHandle, RawAttachment
from unit.screens import MAIL
from unit.test_linking import CONTENT

MARY, NOTICE = Record("4x39", "Contacts", "Mary Smith"), Record("16x8", "Notices", "A notice")
STORED = StoredMail("44x163", "19x5", "", "", ours=True)
ATTACHED = RawAttachment("1", "a.txt", 3, "text/plain", "file", inline=False)
FILE = FileOutcome(ATTACHED, "a.txt", FileState.READ, FileHandle("k", 3))
PLAN = LinkPlan(MAIL, (MARY, NOTICE))
LINK = Link(PLAN, (FILE,), checked=True, searched=True, content=CONTENT, stored=STORED, dated=True)
DOCUMENT = {"id": "7x164", "notes_title": "a.txt", "filesize": "3", "folderid": "22x2"}
RESULT = {
    "message": {"id": STORED.id},
    "copies": [STORED.id],
    "documents": [DOCUMENT],
    "related": [[STORED.id, MARY.id], [DOCUMENT["id"], MARY.id]],
    "refused": [{"source": STORED.id, "target": NOTICE.id, "reason": "There is no relation with module Notices"}],
    "complete": True,
}


def test_what_is_all_done_leaves_nothing_to_do() -> None:
    link = taken_in(LINK, RESULT)
    assert next_step(link) is None
    assert link.targets == (MARY,)
    assert link.files[0].document == DOCUMENT["id"]


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"documents": []}, Step.READ_BACK),
        ({"documents": [{**DOCUMENT, "filesize": "2"}]}, Step.READ_BACK),
        ({"copies": ["44x100", STORED.id]}, Step.READ_BACK),
        ({"copies": []}, Step.READ_BACK),
        ({"related": [[STORED.id, MARY.id]], "complete": False}, Step.DOCUMENTS),
        ({"related": [], "complete": False}, Step.RELATE),
        ({"related": [], "refused": [{"source": STORED.id, "target": MARY.id, "reason": "Too busy"}]}, Step.RELATE),
    ],
)
def test_what_is_left_open_is_what_comes_next(changed: dict[str, Any], step: Step) -> None:
    assert next_step(taken_in(LINK, RESULT | changed)) is step


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["44x163", "7x164", "4x39"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*RESULT, *DOCUMENT, "x"]), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(RESULT)), json)
def test_an_answer_of_another_shape_is_no_success(key: str, value: Any) -> None:
    try:
        link = taken_in(replace(LINK), RESULT | {key: value})
    except AnswerUnreadable:
        return
    done = next_step(link) is None
    assert not done or (link.related == {MARY.id} and link.files[0].state is FileState.STORED)
