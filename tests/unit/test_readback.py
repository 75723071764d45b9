"""Which Document belongs to which attachment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import Problem
from connector.linking.document import Document, document_from, is_near
from connector.linking.outcome import FileOutcome
from connector.linking.readback import contradict, matched
from connector.linking.states import FileState
from connector.mail.filename import AS_TEXT
from connector.ports import FileHandle, RawAttachment
from sandbox_crm.store.filing import TEXT_ENDINGS

LONG = "2026-11-23 Offer for the extension of the cold store, revision "
NAMES = ("a.pdf", "b.pdf", "a_b.pdf", "A.PDF", "", f"{LONG}3.pdf", f"{LONG}4.pdf")
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
        Document,
        st.integers(1, 9).map("9x{}".format),
        st.sampled_from([name[:50] for name in NAMES]),
        st.integers(0, 3),
        st.just("1x1"),
        st.sampled_from(["", "Attachment of mail (a), file 2"]),
        near=st.booleans(),
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


def cut(number: int, name: str, size: int = 5, **more: Any) -> Document:
    """What a stock vtenext keeps of a file."""
    return Document(f"9x{number}", name[:50], size, "1x1", **more)


def test_long_names_are_known_by_what_the_crm_keeps_of_them() -> None:
    after, free = matched([file(f"{LONG}3.pdf")], [cut(1, f"{LONG}3.pdf")], ours=True)
    assert (after[0].document, free) == ("9x1", ())
    assert after[0].problem is not None
    assert (after[0].problem.code, after[0].problem.details) == ("file-title-cut", {"stored": LONG[:50]})


def test_of_files_that_the_crm_does_not_tell_apart_the_last_are_missing() -> None:
    # What PHP drops beyond its number of files is at the end.
    files = [file(f"{LONG}{number}.pdf") for number in range(5)]
    after, free = matched(files, [cut(number, LONG) for number in (1, 2, 3)], ours=True)
    assert [one.document for one in after] == ["9x1", "9x2", "9x3", "", ""]
    assert free == ()


def test_a_name_that_is_as_long_as_the_cut_one_of_another_keeps_its_place() -> None:
    files = [file(f"{LONG}3.pdf"), file(LONG[:50])]
    after, _ = matched(files, [cut(1, LONG), cut(2, LONG)], ours=True)
    assert [one.document for one in after] == ["9x1", "9x2"]


def test_the_place_in_a_note_counts_more_than_the_order() -> None:
    files = [file(f"{LONG}{number}.pdf") for number in range(3)]
    alone = cut(9, LONG, place=1, alone=True)
    after, _ = matched(files, [cut(1, LONG), cut(2, LONG), alone], ours=True)
    assert [one.document for one in after] == ["9x9", "9x1", "9x2"]
    assert [one.alone for one in after] == [True, False, False]


def test_a_document_that_was_renamed_is_known_by_size_where_it_came_with_the_mail() -> None:
    renamed = Document("9x1", "Signed.pdf", 5, "1x1", near=True)
    after, _ = matched([file("a.pdf")], [renamed], ours=False)
    assert after[0].document == "9x1"
    assert after[0].problem is not None
    assert (after[0].problem.code, after[0].problem.details) == ("file-renamed", {"stored": "Signed.pdf"})


@pytest.mark.parametrize("name", ["report.html", "setup.EXE", ".htaccess", f"{LONG}3.bin"])
def test_a_file_that_comes_back_as_text_says_so(name: str) -> None:
    after, _ = matched([file(name)], [cut(1, name)], ours=True)
    assert after[0].problem == Problem("file-as-text", {"stored": f"{name}.txt"})


@pytest.mark.parametrize("name", ["report.pdf", "html", "report.html.txt", "x.json", "x.bin "])
def test_any_other_file_comes_back_as_it_is(name: str) -> None:
    after, _ = matched([file(name)], [cut(1, name)], ours=True)
    assert after[0].problem is None


def test_the_endings_are_those_of_a_real_crm() -> None:
    assert AS_TEXT == TEXT_ENDINGS


@pytest.mark.parametrize(
    "other",
    [
        Document("9x1", "Signed.pdf", 5, "1x1"),
        Document("9x1", "Signed.pdf", 6, "1x1", near=True),
        Document("9x1", "a.pdf", 0, "1x1", near=True),
    ],
)
def test_what_is_another_file_is_not_taken_for_it(other: Document) -> None:
    after, free = matched([file("a.pdf")], [other], ours=True)
    assert after[0].state is FileState.READ
    assert free == (other,)


def test_a_document_without_its_file_is_no_attachment() -> None:
    unread = replace(file("a.pdf"), state=FileState.WAITING, file=None)
    nothing = Document("9x1", "a.pdf", 0, "1x1", near=True)
    assert matched([unread], [nothing], ours=False) == ((unread,), (nothing,))
    link = replace(nothing, link=True)
    assert matched([unread], [link], ours=False)[0][0].document == "9x1"


@pytest.mark.parametrize(
    ("mail", "document", "near"),
    [
        ("2026-11-23 12:00:00", "2026-11-23 12:00:00", True),
        ("2026-11-23 12:00:00", "2026-11-23 12:10:00", True),
        ("2026-11-23 12:00:00", "2026-11-23 12:10:01", False),
        ("2026-11-23 12:00:00", "2026-11-23 11:59:59", False),
        ("2026-11-23 12:00:00", "2026-11-23T12:00:00+01:00", False),
        ("", "2026-11-23 12:00:00", False),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", False),
    ],
)
def test_what_was_made_right_after_the_mail_is_near(mail: str, document: str, near: bool) -> None:
    assert is_near(Document("9x1", "a.pdf", 5, "1x1", created=document), mail) is near


@given(st.data())
def test_what_arrived_is_found_again_whatever_the_names_and_sizes(data: st.DataObject) -> None:
    """As many as the server takes become Documents, in order; the sizes of the others are over its limit."""
    files = data.draw(st.lists(st.builds(file, st.sampled_from(NAMES[:3] + NAMES[5:]), st.integers(1, 4)), max_size=8))
    most, largest = data.draw(st.integers(0, 8)), data.draw(st.integers(0, 4))
    arrived = [index for index, one in enumerate(files[:most]) if one.file and one.file.size <= largest]
    there = [
        cut(10 + index, files[index].name, one.size) for index in arrived if (one := files[index].file) is not None
    ]
    other = st.builds(cut, st.integers(20, 29), st.just("other.pdf"), st.integers(1, 4))
    others = data.draw(st.lists(other, max_size=2, unique_by=lambda document: document.id))

    after, free = matched(files, [*there, *others], ours=True)

    assert sum(bool(one.document) for one in after) == len(arrived)
    assert {one.id for one in free} == {one.id for one in others}
    assert all(now.document in ("", f"9x{10 + index}") for index, now in enumerate(after))


def test_a_file_that_was_never_read_is_known_by_its_name() -> None:
    unread = replace(file("a.pdf"), state=FileState.WAITING, file=None)
    after, _ = matched([unread], [Document("9x1", "a.pdf", 77, "")], ours=False)
    assert (after[0].document, after[0].stored_size, after[0].ours) == ("9x1", 77, False)


@pytest.mark.parametrize("size", [None, "", "x", "-3", "1e9", "٣", "9" * 40, [], 7.5])
def test_a_size_that_is_none_is_no_size(size: Any) -> None:
    document = document_from({"id": "9x1", "filesize": size})
    assert document.size == (0 if size in (None, "", []) else -1)
    assert document.number == 1


def held(name: str, size: int, digest: str = "") -> FileOutcome:
    attachment = RawAttachment(f"id-{name}", name, size, "", "file", False)
    return FileOutcome(attachment, name, FileState.READ, FileHandle("k", size), digest=digest)


@pytest.mark.parametrize(
    ("digests", "stands", "compared"),
    [(("aa",), True, True), (("bb", "aa11"), True, True), (("bb",), False, False), ((), True, False)],
    ids=["the same", "one of those that were sent", "others", "not told"],
)
def test_a_file_is_compared_by_what_is_in_it(digests: tuple[str, ...], stands: bool, compared: bool) -> None:
    document = Document("9x1", "a.pdf", 3, "1x1", digests=digests)
    [file], left = matched([held("a.pdf", 3, "aa11")], [document], ours=False)
    assert (file.state is FileState.STORED, file.compared, bool(left)) == (stands, compared, not stands)
    # That one of two is another is enough.
    files = [held("a.pdf", 3, "aa11"), held("b.pdf", 4, "cc")]
    found = [document, Document("9x2", "b.pdf", 4, "1x1", digests=("cc",))]
    assert contradict(files, found, any_one=False) is (not stands)


def test_of_a_file_that_is_not_read_nothing_is_compared() -> None:
    [file], _ = matched(
        [replace(held("a.pdf", 3), file=None)], [Document("9x1", "a.pdf", 3, "", digests=("aa",))], ours=False
    )
    assert (file.state, file.compared) == (FileState.STORED, False)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_file_that_is_not_read_takes_no_other_ones_document(place: int) -> None:
    """Whatever place it tells: Outlook may list the attachments in another order than it did then."""
    empty = replace(held("a.pdf", 3), file=None, state=FileState.GIVEN_UP, problem=Problem("file-came-empty"))
    files = [empty, held("n.pdf", 9, "cc"), held("a.pdf", 3, "aa11")]
    found = [
        Document("9x1", "n.pdf", 9, "", place=2, digests=("cc",)),
        Document("9x2", "a.pdf", 3, "", place=place, digests=("aa",)),
    ]
    after, left = matched(files, found, ours=False)
    assert [one.document for one in after] == ["", "9x1", "9x2"]
    assert left == ()
