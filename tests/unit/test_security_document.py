"""``crm/SECURITY.md`` and ``docs/privacy.md`` name what there is: tests, tables, files."""

from __future__ import annotations

import re

import pytest

from workshop.checkout import ROOT

DOCUMENT = (ROOT / "crm" / "SECURITY.md").read_text("utf-8")
NOTE = (ROOT / "docs" / "privacy.md").read_text("utf-8")
CHAPTERS = (
    "Encoding and Sanitization",
    "Validation and Business Logic",
    "Web Frontend Security",
    "API and Web Service",
    "File Handling",
    "Authentication",
    "Session Management",
    "Authorization",
    "Self-contained Tokens",
    "OAuth and OIDC",
    "Cryptography",
    "Secure Communication",
    "Configuration",
    "Data Protection",
    "Secure Coding and Architecture",
    "Security Logging and Error Handling",
    "WebRTC",
)
"""Those of OWASP ASVS 5.0, in its order."""
NAMED = re.compile(r"`(tests/[\w/]+\.(?:py|php))::(\w+)`")
TESTS = sorted(set(NAMED.findall(DOCUMENT)))
PARTS = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)


def test_every_chapter_is_answered_in_order() -> None:
    titles = re.findall(r"^## V(\d+) (.+)$", DOCUMENT, re.MULTILINE)
    assert titles == [(str(number), name) for number, name in enumerate(CHAPTERS, 1)]


@pytest.mark.parametrize(
    "chapter", [part for part in PARTS if re.match(r"V\d", part)], ids=lambda part: part.split()[0]
)
def test_a_chapter_that_applies_names_tests(chapter: str) -> None:
    assert NAMED.search(chapter) or "Does not apply: " in chapter


@pytest.mark.parametrize(("file", "name"), TESTS, ids=[name for _, name in TESTS])
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    kind = "function" if file.endswith(".php") else "def"
    assert name.startswith("test_")
    assert re.search(rf"^(?:async )?{kind} {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_no_test_is_named_in_another_form() -> None:
    assert DOCUMENT.count("::test_") == len(NAMED.findall(DOCUMENT))


def test_the_privacy_note_knows_every_table() -> None:
    made = set(re.findall(r"<name>TABLEPREFIX_mailconnector_(\w+)</name>", (ROOT / "crm" / "manifest.xml").read_text()))
    told = re.findall(r"^\| `(\w+)` \|", NOTE, re.MULTILINE)
    assert sorted(told) == sorted(made)


def test_the_privacy_note_tells_the_policys_times() -> None:
    policy = (ROOT / "crm" / "modules" / "MailConnector" / "pure" / "Policy.php").read_text("utf-8")
    defaults = re.search(r"DEFAULTS = \[(.*?)\]", policy)
    assert defaults is not None
    times = dict(re.findall(r"'(\w+)' => (\d+)", defaults[1]))
    assert f"{times['session_hours']} hours; {times['stay_days']} days and" in NOTE
    assert f"{times['device_days']} in all" in NOTE
    assert f"{times['log_days']} days (1 to 365, a setting)" in NOTE


def test_the_documents_are_linked_and_name_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "`docs/privacy.md`" in readme
    assert "`crm/SECURITY.md`" in readme
    for name in re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:md|py|php))`", DOCUMENT + NOTE):
        assert (ROOT / name).is_file(), name
