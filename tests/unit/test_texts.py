"""Every problem has a sentence, whatever its details hold; every text is in the catalogue."""

from __future__ import annotations

import ast
import datetime
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.figures import crm_date_text, date_text, day_text, names_text, progress_text, size_text
from connector.app.findings import FINDINGS
from connector.app.graphwords import GRAPH
from connector.app.language import _, fill, ngettext, shown, use
from connector.app.refusals import REFUSALS
from connector.app.remarks import REMARKS
from connector.app.sentences import ERRORS
from connector.app.texts import say, say_error
from connector.errors import BodyUnreadable, ConnectorError, CrmAddressInvalid, OfficeError, Problem, RecordRefused
from workshop import catalogue, extraction

SOURCES = extraction.SOURCES
TABLE = {**ERRORS, **REFUSALS, **REMARKS, **FINDINGS, **GRAPH}
CODES = sorted({key.partition(":")[0] for key in TABLE})
MB = 1024 * 1024

DURING = ("address-failed", "address-unsure", "unlink-failed", "unlink-unsure", "undo-broke-off")
"""What could not be done; the reason stands behind it."""


def tree(root: type[ConnectorError]) -> Iterator[type[ConnectorError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def codes_in(file: Path) -> Iterator[str]:
    """The codes of problems that a module makes: first or second argument of whatever makes one."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("Problem", "noted", "given_up"):
                for argument in node.args[:2]:
                    for part in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield part.value


@pytest.mark.parametrize("error", list(tree(ConnectorError)), ids=lambda error: error.code)
def test_each_error_has_a_sentence_of_its_own(error: type[ConnectorError]) -> None:
    assert error.code in {**ERRORS, **REFUSALS, **GRAPH}
    assert say_error(error()).what


def test_codes_of_errors_are_distinct() -> None:
    codes = [error.code for error in tree(ConnectorError)]
    assert len(codes) == len(set(codes))


def test_each_problem_that_the_program_makes_has_a_sentence() -> None:
    made = {code for file in SOURCES.rglob("*.py") for code in codes_in(file)}
    made |= {f"file-{error.code}" for error in tree(OfficeError) if error is not BodyUnreadable}
    assert "other-mail" in made
    assert made - set(CODES) == set()


@pytest.mark.parametrize("key", sorted(TABLE))
def test_a_sentence_without_details_is_whole(key: str) -> None:
    code, _colon, reason = key.partition(":")
    said = say(Problem(code, {"reason": reason} if reason else {}))
    # Before some, another problem's sentences stand: they say what to do.
    alone = code == "link-finished-elsewhere" or code in DURING
    for text in (said.what,) if alone else (said.what, said.next):
        assert re.fullmatch(r"([A-Z“]|the CRM |vtenext |nothing |another one ).*[.”]", text), text
        assert not re.search(r"[{}]|  ", text)
        assert "…" not in text.replace("(…)", "")


def test_what_has_failed_is_told_before_why() -> None:
    for code in DURING:
        assert say(Problem(code)).next == ""


def test_an_unknown_code_is_said_to_be_unexpected_and_named() -> None:
    said = say(Problem("never-heard-of"))
    assert said == say(Problem("unexpected", {"reason": "never-heard-of"}))
    assert "unexpected" in said.what


def test_the_reason_is_quoted_and_nothing_else() -> None:
    said = say_error(RecordRefused(record="Mary Smith", reason="Permission to perform the operation is denied"))
    assert said.quoted == "Permission to perform the operation is denied"
    assert "Mary Smith" in said.what
    assert "Permission to" not in said.what + said.next


def test_a_reason_of_this_program_chooses_the_sentence_and_is_not_quoted() -> None:
    said = say(Problem("answer-unreadable", {"reason": "wrong-path", "status": "404"}))
    assert "404" in said.what
    assert said.quoted == ""


def test_details_from_the_crms_component_are_understood() -> None:
    details = {"pane": "1.0", "minimum": "1.4", "maximum": "2"}
    assert "from version 1.4" in say(Problem("pane-too-old", details)).what
    assert "up to version 2" in say(Problem("pane-too-new", details)).what
    assert "Seconds to wait: 30." in say(Problem("too-many-attempts", {"retry_after": "30"})).what
    assert "The CRM lets" not in say(Problem("session-ended", {"why": "nobody knows"})).what
    assert "a limited time" in say(Problem("session-ended", {"why": "expired"})).what


def test_details_are_made_readable() -> None:
    assert "31 MB" in say(Problem("file-over-server-limit", {"size": str(31 * MB)})).what
    assert "the text of the mail" in say(Problem("office-timeout", {"what": "body"})).what


@given(
    st.sampled_from(CODES),
    st.dictionaries(
        st.sampled_from("subject host user record module modules what given stored size reason count until".split()),
        st.text(st.characters(), max_size=400),
    ),
)
def test_hostile_details_stay_details(code: str, details: dict[str, str]) -> None:
    said = say(Problem(code, details))
    for text in (said.what, said.next, said.quoted):
        assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2067\ud800-\udfff]", text)
    said.what.encode("utf-8")


@given(st.text(st.characters(), max_size=2000))
def test_foreign_text_is_one_short_line(text: str) -> None:
    seen = shown(text, 100)
    assert len(seen) <= 102
    assert seen.count("\u2068") == seen.count("\u2069") <= 1
    assert not re.search("[\x00-\x1f\u202a-\u202e]", seen)


def test_right_to_left_text_is_set_apart() -> None:
    assert fill("Linked to {name}!", name=shown("مريم")) == "Linked to \u2068مريم\u2069!"
    assert shown("Mary\u202e Smith") == "Mary Smith"


def test_braces_in_details_mean_nothing() -> None:
    assert fill("{a}{missing}", a="{b}", b="no") == "{b}…"
    assert "{host}" in say_error(CrmAddressInvalid(given="{host} {0} %s")).what


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (-5, "0 bytes"),
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (14_900, "15 KB"),
        (1_258_291, "1.2 MB"),
        (25 * MB, "25 MB"),
        (150 * MB + 400_000, "150 MB"),
        (1024 * MB, "1 GB"),
        (1024 * MB - 1, "1 GB"),
        (1024 * 1024 - 1, "1 MB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert size_text(count) == text


def test_progress_has_one_unit() -> None:
    assert progress_text(12_900_000, 25 * MB) == "12.3 of 25 MB"
    assert progress_text(30 * MB, 25 * MB) == "25 of 25 MB"
    assert progress_text(0, 900) == "0 of 900 bytes"


@given(st.integers(-10, 10**15), st.integers(-10, 10**15))
def test_any_figures_can_be_written(sent: int, total: int) -> None:
    assert re.fullmatch(r"[\d.]+ of [\d.]+ (bytes?|KB|MB|GB)", progress_text(sent, total))


def test_dates() -> None:
    rome = datetime.timezone(datetime.timedelta(hours=1))
    assert date_text(datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC), rome) == "Mon 23 Nov 2026, 14:05"
    assert crm_date_text("2026-11-23 14:06:01") == "Mon 23 Nov 2026, 14:06, the CRM's time"
    told = datetime.datetime(2026, 11, 23, 13, 6, tzinfo=datetime.UTC)
    assert crm_date_text("2026-11-23T14:06:01+01:00") == date_text(told)
    assert crm_date_text("0000-00-00 00:00:00") == crm_date_text("") == day_text("") == ""
    assert day_text("2026-12-31T23:00:00+01:00") == "Thu 31 Dec 2026"
    east = datetime.timezone(datetime.timedelta(hours=14))
    assert date_text(datetime.datetime(9999, 12, 31, 23, 0, tzinfo=datetime.UTC), east).endswith("9999, 23:00")


def test_names() -> None:
    assert names_text(["Ada"]) == "Ada"
    assert names_text(["Ada", "Bob"]) == "Ada and Bob"
    assert names_text(["Ada", "Bob", "Eve"]) == "Ada, Bob and Eve"
    assert names_text(["Ada", "Bob", "Eve", "Joe", "Kim"]) == "Ada, Bob, Eve and 2 more"
    assert names_text([]) == ""


class Shouting(gettext.NullTranslations):
    """A language that nobody mistakes for English."""

    def gettext(self, message: str) -> str:
        return message.upper().replace("{HOST}", "{host}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        assert msgid1 != msgid2
        return "EINE" if n == 1 else "{count} MANY"


def test_another_language_is_used_at_once() -> None:
    use(Shouting())
    try:
        assert say(Problem("crm-unreachable", {"host": "crm.example"})).what == "NOTHING ANSWERS AT crm.example."
        assert ngettext("one", "{count} more", 3) == "3 MANY"
        # The empty text names the header of a catalogue, not a text.
        assert _("") == ""
    finally:
        use(gettext.NullTranslations())
    assert say(Problem("offline")).what == "This device has no network connection."


def test_the_catalogue_is_up_to_date() -> None:
    """If this fails: ``python scripts/catalogue.py``."""
    for file, content in catalogue.files().items():
        assert file.read_text("utf-8") == content, f"{file.name} is out of date: python scripts/catalogue.py"
