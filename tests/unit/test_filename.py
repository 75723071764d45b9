"""Names of attachments: what is sent is what the CRM keeps."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.filename import LONGEST, TITLE, Likeness, likeness, stored_name, upload_name

KINDS = st.sampled_from(
    ["file", "item", "application/pdf", "message/rfc822", "text/calendar; charset=utf-8", "", "x/y"]
)
HOSTILE = st.text() | st.text("a_./\\\"'<>:|?* \x00\r\n\U0001f600é", max_size=300)


@pytest.mark.parametrize(
    ("name", "kind", "stored"),
    [
        ("offer.pdf", "application/pdf", "offer.pdf"),
        ("price_list.xlsx", "", "price_list.xlsx"),
        ("offer ü €.pdf", "", "offer ü €.pdf"),
        ("a/b\\c.pdf", "", "a_b_c.pdf"),
        ("../../etc/passwd", "", ".._.._etc_passwd"),
        ('O\'Hara "final".doc', "", "O'Hara \u201dfinal\u201d.doc"),
        ("a<b>c:d|e?f*g.txt", "", "a_b_c_d_e_f_g.txt"),
        ("a\x00b\r\nc.txt", "", "a b  c.txt"),
        (" name.txt. . ", "", "name.txt"),
        ("", "application/pdf", "attachment.pdf"),
        ("", "IMAGE/PNG; x=y", "attachment.png"),
        ("", "x/unknown", "attachment"),
        ("..", "item", "attachment.eml"),
        ("???", "", "attachment"),
        ("Offer v1.2", "item", "Offer v1.2.eml"),
        ("Re: offer", "message/rfc822", "Re_ offer.eml"),
        ("offer.EML", "item", "offer.EML"),
        ("meeting", "text/calendar", "meeting.ics"),
        ("meeting", "iCalendar", "meeting.ics"),
        ("README", "text/plain", "README"),
        ("fdp\u202efdp.exe", "", "fdpfdp.exe"),
        ("half\ud83d.txt", "", "half_.txt"),
        ("party \U0001f600.pdf", "", "party _.pdf"),
        ("\U0001f600", "image/png", "attachment.png"),
    ],
)
def test_stored_name(name: str, kind: str, stored: str) -> None:
    assert stored_name(name, kind) == stored


def test_long_names_keep_their_ending() -> None:
    name = stored_name("x" * 246 + ".pdf", "application/pdf")
    assert name == "x" * (LONGEST - 4) + ".pdf"
    assert stored_name("x" * 250, "item") == "x" * (LONGEST - 4) + ".eml"
    assert stored_name("x" * 200 + ". and then a sentence", "") == "x" * LONGEST
    assert stored_name("あ" * 250 + ".pdf", "") == "あ" * 72 + ".pdf"


@given(HOSTILE, KINDS)
def test_a_stored_name_passes_multipart_php_and_file_systems(name: str, kind: str) -> None:
    stored = stored_name(name, kind)
    assert stored
    assert len(stored) <= LONGEST
    assert len(stored.encode()) <= 220
    assert not set(stored) & set('/\\"<>:|?*\x00\r\n')
    # What the database keeps of it has to be what the file store keeps.
    assert max(stored) <= "\uffff"
    assert posixpath.basename(stored) == stored
    assert stored == stored.strip(" ").rstrip(". ")
    assert stored_name(stored, kind) == stored
    sent = upload_name(0, stored)
    assert (sent.partition("_")[2] if "_" in sent else sent) == stored
    assert likeness(stored, stored) is Likeness.SAME


@given(
    st.text(
        st.characters(blacklist_categories=["C", "Z"], blacklist_characters="/\\\"'<>:|?*\ufffd", max_codepoint=0xFFFF),
        min_size=1,
        max_size=50,
    )
)
def test_harmless_names_stay(name: str) -> None:
    if name.strip("._") and not name.endswith("."):
        assert stored_name(name, "file") == name


def test_only_what_would_be_cut_gets_something_to_cut() -> None:
    assert upload_name(12, "price_list.xlsx") == "12_price_list.xlsx"
    assert upload_name(12, "offer 3.pdf") == "offer 3.pdf"


OFFER = "2026-11-23 Offer for the extension of the cold store, revision 3.pdf"


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("offer.pdf", "offer.pdf"),
        ("offer.pdf", " offer.pdf "),
        ("a & b.pdf", "a &amp; b.pdf"),
        ("it\u2019s.pdf", "it\u2019s.pdf"),
        ("it's.pdf", "it&#039;s.pdf"),
        ('"x".pdf', "&quot;x&quot;.pdf"),
        ("a &amp; b.pdf", "a &amp; b.pdf"),
        ("a &amp; b.pdf", "a & b.pdf"),
        ("R&eacute;sum&eacute;.pdf", "Résumé.pdf"),
        ("party \U0001f600.pdf", "party ????.pdf"),
        ("party \U0001f600\U0001f600.pdf", "party ??.pdf"),
        ("party \U0001f600.pdf", "party \U0001f600.pdf"),
        ("two  spaces.pdf", "two spaces.pdf"),
    ],
)
def test_what_the_crm_makes_of_a_name_is_the_same(sent: str, title: str) -> None:
    assert likeness(sent, title) is Likeness.SAME


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        (OFFER, "2026-11-23 Offer for the extension of the cold sto"),
        ("x" * 300, "x" * TITLE),
        ("x" * 300, "x" * 255),
        ("x" * 49 + " y" * 30, "x" * 49),
        # Cut before and after it is written as HTML, and resolved again when it is told.
        ("x" * 47 + "&y" * 5, "x" * 47 + "&am"),
        ("x" * 47 + "&y" * 5, "x" * 47 + "&y&"),
        ("&amp;" * 12 + ".pdf", "&" * 10),
        ("\U0001f600" * 3 + "x" * 60, "?" * 12 + "x" * 38),
    ],
)
def test_a_name_that_the_crm_cut_is_told(sent: str, title: str) -> None:
    assert likeness(sent, title) is Likeness.CUT


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("offer.pdf", ""),
        ("offer.pdf", "offer"),
        ("offer.pdf", "offer2.pdf"),
        ("a.pdf", "?.pdf"),
        ("x" * 300, "x" * 49),
        ("x" * 50, "x" * 51),
        (OFFER, OFFER[:50] + "e, revision 2.pdf"),
        ("a", "b"),
    ],
)
def test_other_names_are_other_names(sent: str, title: str) -> None:
    assert likeness(sent, title) is Likeness.OTHER


@given(st.text(min_size=1), st.sampled_from([50, 60, 100, 255]))
def test_however_much_of_a_title_a_crm_keeps_the_name_is_known(name: str, kept: int) -> None:
    sent = stored_name(name, "")
    assert likeness(sent, sent[:kept]) is (Likeness.SAME if len(sent.strip()) <= kept else Likeness.CUT)
