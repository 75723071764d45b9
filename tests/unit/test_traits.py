"""What tells one mail from another without asking Outlook anything."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connector.ports import RawAddress, RawAttachment, RawMail, Traits

texts = st.sampled_from(["", "a", "b", "a'"])
traits = st.builds(
    Traits,
    texts,
    texts,
    texts,
    texts,
    st.sampled_from([None, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)]),
    texts,
    st.lists(st.tuples(texts, texts, st.integers(0, 1)), max_size=2).map(tuple),
)


@given(traits, traits)
def test_by_item_ids_where_both_have_one_else_by_everything_else(one: Traits, other: Traits) -> None:
    rest = replace(one, item_id="") == replace(other, item_id="")
    assert one.same(other) == (one.item_id == other.item_id if one.item_id and other.item_id else rest)
    assert one.same(other) == other.same(one)
    assert one.same(one)


@given(traits, traits)
def test_a_key_is_never_empty_and_tells_apart_what_is_not_the_same(one: Traits, other: Traits) -> None:
    assert one.key
    if not one.same(other):
        assert one.key != other.key
    if one.item_id == other.item_id and one.same(other):
        assert one.key == other.key


def test_each_property_of_a_mail_tells_it_from_others() -> None:
    raw = RawMail(
        item_id="",
        subject="Offer",
        sender=RawAddress("Mary", "mary@northwind.example"),
        author=None,
        to=(),
        cc=(),
        created=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        message_id="<1@northwind.example>",
        conversation_id="c1",
        attachments=(RawAttachment("a1", "offer.pdf", 5, "application/pdf", "file", False),),
    )
    others = (
        replace(raw, subject="Offer 2"),
        replace(raw, sender=RawAddress("Bob", "bob@northwind.example")),
        replace(raw, author=RawAddress("Bob", "bob@northwind.example")),
        replace(raw, created=None),
        replace(raw, message_id=""),
        replace(raw, conversation_id="c2"),
        replace(raw, attachments=()),
        replace(raw, attachments=(replace(raw.attachments[0], name="order.pdf"),)),
        replace(raw, attachments=(replace(raw.attachments[0], id="a2"),)),
    )
    for other in others:
        assert not raw.traits.same(other.traits), other
    assert raw.traits.same(replace(raw, item_id="AAA").traits), "the item id may come late"
    assert not replace(raw, item_id="AAB").traits.same(replace(raw, item_id="AAA").traits)
