"""Pictures in a mail's text: each in its place, or none there; never a wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.pictures import NOWHERE, addresses, lengths_in, place, put_in
from connector.ports import DataUrl, FileHandle, RawAttachment, Text
from unit.growth import assert_linear

A, B, C = FileHandle("A", 1, "image/png"), FileHandle("B", 2, "image/gif"), FileHandle("C", 3, "image/png")


def joined(pieces: Text) -> str:
    return "".join(piece if isinstance(piece, str) else f"[{piece.file.key}]" for piece in pieces)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ('<img src="cid:a@x">', '<img src="[A]">'),
        ("<img src='CID:A@X' alt=''>", "<img src='[A]' alt=''>"),
        ("<img src=cid:a@x>", "<img src=[A]>"),
        ('<img SRC = " cid:a@x ">', '<img SRC = " [A]">'),
        ('<img src="cid:a%40x">', '<img src="[A]">'),
        ('<img src="cid:a&#64;x">', '<img src="[A]">'),
        ('<img src="cid:&lt;a@x&gt;">', '<img src="[A]">'),
        ('<td background="cid:b@x">', '<td background="[B]">'),
        ('<v:fill src="cid:b@x"/>', '<v:fill src="[B]"/>'),
        ("<style>p{background:URL(cid:b@x)}</style>", "<style>p{background:URL([B])}</style>"),
        ("<p style=\"background:url('cid:b@x')\">", "<p style=\"background:url('[B]')\">"),
        ('<p style="background:url( &quot;cid:b@x&quot; )">', '<p style="background:url( &quot;[B]&quot; )">'),
        ('<p style="background:url(&#39;cid:b%40x&#39;)">', '<p style="background:url(&#39;[B]&#39;)">'),
        ('<img src="cid:a@x"><img src="cid:b@x"><img src="cid:a@x">', '<img src="[A]"><img src="[B]"><img src="[A]">'),
        ('<img src="http://x.example/a b.png">', '<img src="[C]">'),
        ('<img src="http://x.example/a%20b.png">', '<img src="[C]">'),
        ('<img src="http://x.example/other.png">', '<img src="http://x.example/other.png">'),
        ('<img src="cid:unknown">', '<img src="cid:unknown">'),
        ("see cid:a@x", "see cid:a@x"),
        ('<a href="cid:a@x">', '<a href="cid:a@x">'),
        ('<img data-src="cid:a@x">', '<img data-src="cid:a@x">'),
        ('<img src="cid:">', '<img src="cid:">'),
        ('<img src="cid:a@x', '<img src="cid:a@x'),
        ("", ""),
    ],
)
def test_pictures_come_into_their_places(source: str, result: str) -> None:
    assert joined(put_in(source, {"cid:a@x": A, "cid:b@x": B, "http://x.example/ab.png": C})) == result


@given(st.text("cid:src=url()\"'<> a@x&;%", max_size=80))
def test_pictures_change_nothing_else(source: str) -> None:
    assert joined(put_in(source, {})) == source
    pieces = put_in(source, {"cid:a@x": A})
    assert joined(pieces).count("[A]") == sum(isinstance(piece, DataUrl) for piece in pieces)


def test_what_is_hidden_leads_nowhere() -> None:
    source = '<img src="CID:a@x"><img src="cid:b@x"><img src="c.png">'
    assert joined(put_in(source, {"cid:b@x": B}, {"cid:a@x"})) == (
        f'<img src="{NOWHERE}"><img src="[B]"><img src="c.png">'
    )


def test_a_media_type_can_not_break_out_of_the_attribute() -> None:
    pieces = put_in('<img src="cid:a">', {"cid:a": FileHandle("A", 1, 'image/png" onerror="x')})
    assert pieces[1] == DataUrl(FileHandle("A", 1, "application/octet-stream"))


def test_the_lengths_of_the_pictures_that_are_written_into_a_text() -> None:
    html = (
        '<img src="cid:a"><p>src=</p><td background="cid:b"><img alt="" SRC = data:image/gif;base64,AAAA>'
        '<p data-src="data:image/gif;base64,AAAA">data:image/gif;base64,AAAA'
    )
    files = {"cid:a": FileHandle("a", 4, "image/png"), "cid:b": FileHandle("b", 7, "image/png")}
    written = put_in(html, files)
    assert lengths_in(written) == (8, 4)
    assert lengths_in(["<img src='cid:a'>"]) == ()


def test_addresses() -> None:
    source = '<img src="cid:b"><img src="CID:A%40x"><img src=cid:a@x><p style="background:url(cid:c)"> cid:no'
    others = '<img src="q.png"><img src="data:image/png;base64,AAAA"><img src="http://x.example/?a=1&amp;b=2">'
    assert addresses(source + others) == ("cid:b", "cid:a@x", "cid:c", "q.png", "http://x.example/?a=1&b=2")


def picture(name: str, content_id: str = "", location: str = "", *, inline: bool = True) -> RawAttachment:
    return RawAttachment("", name, 10, "image/png", "file", inline, content_id, location)


REPORT = replace(picture("report.pdf"), media_type="application/pdf")


@pytest.mark.parametrize(
    ("wanted", "attachments", "found"),
    [
        # by content id
        ("cid:logo@x cid:photo@x", [picture("x.png", "<photo@X>"), picture("y.png", "Logo@X")], {0: 1, 1: 0}),
        ("cid:logo@x", [picture("logo@x", "photo@x"), picture("a.png", "logo@x")], {0: 1}),
        # by Content-Location
        (
            "http://x.example/p.png q.png",
            [picture("1", location="q.png"), picture("2", location="http://x.example/p.png")],
            {0: 1, 1: 0},
        ),
        ("q.png", [picture("1", location="http://x.example/q.png"), picture("q.png", "other")], {0: 0}),
        # by the name in an id of Outlook's own making
        (
            "cid:image002.png@01dc5a3b.7f2e4c10 cid:image001.jpg@01dc5a3b.7f2e4c10",
            [REPORT, picture("image001.jpg"), picture("Image002.png")],
            {0: 2, 1: 1},
        ),
        # the only ones
        ("cid:image001.png@01D", [picture("image001.png", inline=False), picture("image001.png")], {0: 1}),
        ("cid:logo.png", [picture("Logo.png"), picture("other.png", inline=False)], {0: 0}),
        ("Logo.png http://x.example/remote.png", [picture("logo.png"), picture("remote.png", inline=False)], {0: 0}),
        ("cid:q1", [REPORT, picture("x.png")], {0: 1}),
        ("cid:q1 http://x.example/remote.png", [picture("x.png"), picture("photo.png", inline=False)], {0: 0}),
        # in the mail itself nothing stands there
        ("cid:gone", [], {}),
        ("cid:gone", [REPORT, replace(picture("mail"), kind="item", media_type="message/rfc822")], {}),
        ("cid:gone@x cid:a@x", [picture("x.png", "a@x"), picture("y.png", "unused@x")], {1: 0}),
        ("http://x.example/remote.png", [picture("x.png"), picture("y.png")], {}),
        ("", [picture("x.png"), picture("y.png")], {}),
    ],
)  # fmt: skip
def test_a_picture_that_is_known_is_placed(
    wanted: str, attachments: Sequence[RawAttachment], found: dict[int, int]
) -> None:
    placing = place(wanted.split(), attachments)
    assert placing.found == {wanted.split()[address]: file for address, file in found.items()}
    assert not placing.unplaced


@pytest.mark.parametrize(
    ("wanted", "attachments", "found"),
    [
        ("cid:b cid:a", [picture("0.png"), picture("1.png")], {}),
        ("cid:a cid:gone", [picture("0.png")], {}),
        ("cid:a", [picture("0.png"), picture("1.png")], {}),
        # Names may lie: those of several tell nothing.
        ("cid:i2.png@01D cid:i1.png@01D", [REPORT, picture("i1.png"), picture("I2.png")], {}),
        ("cid:image001.png@01D", [picture("image001.png", inline=False)], {}),
        (
            "cid:image001.png@01dc5a3b.7f2e4c10 cid:image001.png@01dc5a3b.00000000",
            [picture("image001.png"), picture("image001.png")],
            {},
        ),
        ("cid:logo.png", [picture("logo.png"), picture("other.png")], {}),
        ("logo.png", [picture("logo.png"), picture("other.png")], {}),
        ("a.png b.png", [picture("a.png"), picture("b.png")], {}),
        ("part1@x", [picture("part1"), picture("part2")], {}),
        ("cid:a cid:n.png@x", [picture("0.png"), picture("n.png"), picture("2.png")], {}),
        ("cid:a cid:n.png@x", [picture("0.png"), picture("n.png")], {}),
        ("cid:i.png@a cid:i.png@b", [picture("i.png"), picture("i.png")], {}),
        ("cid:i.png@a cid:i.png@b", [picture("i.png")], {}),
        ("cid:i.png@a", [picture("i.png"), picture("i.png")], {}),
        ("cid:f.png", [picture("f.png", "f.png"), picture("f.png", "f.png")], {}),
        ("cid:image005.png@01D", [picture("photo.png")], {}),
        ("cid:a", [picture("photo.png", inline=False)], {}),
        ("q.png", [picture("0.png"), picture("1.png")], {}),
        ("cid:a", [picture("0.png", "a"), picture("1.png", "a")], {}),
    ],
)
def test_where_it_is_not_known_the_place_is_left_empty_and_that_is_told(
    wanted: str, attachments: Sequence[RawAttachment], found: dict[int, int]
) -> None:
    placing = place(wanted.split(), attachments)
    assert placing.found == {wanted.split()[address]: file for address, file in found.items()}
    assert placing.unplaced


@given(st.data())
def test_no_picture_stands_in_another_ones_place(data: st.DataObject) -> None:
    some_names = st.sampled_from(["image001.png", "image002.png", "photo.jpg", "x.gif"])
    names = data.draw(st.lists(some_names, min_size=2, max_size=6))
    way = data.draw(st.sampled_from(["{name}@01D{i}", "part{i}@x", "{name}", "{i}"]))
    ids = [way.format(name=name, i=i) for i, name in enumerate(names)]
    shown = data.draw(st.permutations(range(len(ids))))[: data.draw(st.integers(1, len(ids)))]
    told = data.draw(st.booleans())
    files = [
        RawAttachment(str(i), name, 1, "image/png", "file", i in shown or data.draw(st.booleans()), one if told else "")
        for i, (name, one) in enumerate(zip(names, ids, strict=True))
    ]
    listed = data.draw(st.permutations([*files, REPORT]))
    dangling = data.draw(st.sampled_from([[], ["gone@x"]]))
    html = "".join(f'<img src="cid:{one}">' for one in [*(ids[i] for i in shown), *dangling])
    placing = place(addresses(html), listed)
    for address, index in placing.found.items():
        assert f"cid:{ids[int(listed[index].id)]}".casefold() == address
    assert placing.unplaced or all(f"cid:{ids[i]}".casefold() in placing.found for i in shown)
    if told and len(set(ids)) == len(ids):
        assert not placing.unplaced


@pytest.mark.parametrize(
    "make",
    [
        lambda count: ([f"cid:{i}@x" for i in range(count)], [picture("x.png", f"{i}@x") for i in range(count)]),
        lambda count: ([f"cid:{i}.png@x" for i in range(count)], [picture(f"{i}.png") for i in range(count)]),
        lambda count: ([f"cid:{i}@x" for i in range(count)], [picture(f"{i}") for i in range(count)]),
        lambda count: ([f"cid:x.png@{i}" for i in range(count)], [picture("x.png") for i in range(count)]),
        lambda count: ([f"{i}.png" for i in range(count)], [picture("x", location=f"a/{i}.png") for i in range(count)]),
    ],
    ids=range(5),
)  # fmt: skip
def test_ten_thousand_pictures_are_placed_in_linear_time(make: object) -> None:
    assert callable(make)
    assert_linear(lambda both: place(*both), make, 625)


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        ("", "x"),
        ("", "src="),
        ("", 'src="cid:'),
        ("", "url(cid:"),
        ("", '<img src="cid:a@x">'),
        ("", '<img src="x.png">'),
        ("", '<img src="data:image/png;base64,AAAA">'),
        ("url(", " "),
        ("src", " "),
        ("<img src=cid:", "a&"),
        ('<img src="data:', "A"),
    ],
)
def test_a_long_text_is_looked_through_in_linear_time(begin: str, again: str) -> None:
    def look(html: str) -> None:
        addresses(html)
        put_in(html, {"cid:a@x": A})

    assert_linear(look, lambda size: begin + again * (size // len(again)), 50_000)


@pytest.mark.parametrize(
    ("html", "files", "guessed"),
    [
        ('<img src="cid:image001.png@01D">', [("image001.png", "")], True),
        ('<img src="cid:image001.png@01D">', [("image001.png", "image001.png@01D")], False),
        ('<img src="cid:only@x">', [("logo.png", "")], True),
        ('<img src="cid:a b@x">', [("logo.png", "<a b@x>")], False),
        ('<img src="cid:a%20b@x">', [("logo.png", "a%20b@x")], False),
    ],
)
def test_a_place_that_only_a_name_tells_is_a_guess(html: str, files: list[tuple[str, str]], guessed: bool) -> None:
    listed = [
        RawAttachment(f"id{at}", name, 1, "image/png", "file", inline=True, content_id=content_id)
        for at, (name, content_id) in enumerate(files)
    ]
    placing = place(addresses(html), listed)
    assert list(placing.found.values()) == [0]
    assert (placing.guessed, placing.unplaced) == (guessed, False)
