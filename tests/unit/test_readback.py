"""Which Document belongs to which attachment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.linking import FileOutcome, FileState
from connector.domain.readback import Document, document_from, matched
from connector.ports import FileHandle, RawAttachment

NAMES = ("a.pdf", "b.pdf", "a_b.pdf", "A.PDF", "")
outcomes = st.builds(
    lambda name, size, state: FileOutcome(
        RawAttachment(f"id-{name}", name, size, "", "file", False), name or "file", state, FileHandle("k", size)
    ),
    st.sampled_from(NAMES),
    st.integers(0, 3),
    st.sampled_from([FileState.READ, FileState.WAITING, FileState.GIVEN_UP]),
)
documents = st.lists(
    st.builds(
        Document, st.integers(1, 9).map("9x{}".format), st.sampled_from(NAMES), st.integers(0, 3), st.just("1x1")
    ),
    unique_by=lambda document: document.id,
    max_size=8,
)


@given(st.lists(outcomes, max_size=6), documents, st.booleans())
def test_each_document_serves_once_and_none_is_lost(
    files: list[FileOutcome], found: list[Document], ours: bool
) -> None:
    after, free = matched(files, found, ours=ours)
    used = [one.document for one in after if one.document]
    assert len(after) == len(files)
    assert len(used) == len(set(used))
    assert sorted([*used, *(one.id for one in free)]) == sorted(one.id for one in found)
    sizes = {one.id: one.size for one in found}
    for before, now in zip(files, after, strict=True):
        assert now.attachment == before.attachment
        if now.document:
            assert now.state is FileState.STORED
            assert now.ours is ours
            assert before.file is not None
            assert before.file.size == sizes[now.document] == now.stored_size
        else:
            assert now == before
        if before.state is FileState.GIVEN_UP:
            assert not now.document


def file(name: str, size: int = 5) -> FileOutcome:
    return FileOutcome(RawAttachment(name, name, size, "", "file", False), name, FileState.READ, FileHandle(name, size))


def test_files_of_the_same_name_and_size_take_one_document_each_in_order() -> None:
    after, free = matched(
        [file("a.pdf"), file("a.pdf")], [Document("9x2", "a.pdf", 5, ""), Document("9x1", "a.pdf", 5, "")], ours=True
    )
    assert [one.document for one in after] == ["9x1", "9x2"]
    assert free == ()


def test_the_same_name_with_another_size_is_another_file() -> None:
    after, free = matched([file("a.pdf")], [Document("9x1", "a.pdf", 4, "")], ours=True)
    assert after[0].state is FileState.READ
    assert [one.id for one in free] == ["9x1"]


def test_a_second_look_does_not_change_what_was_found() -> None:
    first, _ = matched([file("a.pdf")], [Document("9x1", "a.pdf", 5, "")], ours=True)
    second, free = matched(first, [Document("9x2", "a.pdf", 5, "")], ours=True)
    assert second == first
    assert [one.id for one in free] == ["9x2"]


def test_a_file_that_was_never_read_is_known_by_its_name() -> None:
    unread = replace(file("a.pdf"), state=FileState.WAITING, file=None)
    after, _ = matched([unread], [Document("9x1", "a.pdf", 77, "")], ours=False)
    assert (after[0].document, after[0].stored_size, after[0].ours) == ("9x1", 77, False)


@pytest.mark.parametrize("size", [None, "", "x", "-3", "1e9", "٣", "9" * 40, [], 7.5])
def test_a_size_that_is_none_is_no_size(size: Any) -> None:
    document = document_from({"id": "9x1", "filesize": size})
    assert document.size == (0 if size in (None, "", []) else -1)
    assert document.number == 1
