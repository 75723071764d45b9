"""The languages: what is wrong with one is said, and what is shown in one is as its speakers write it."""

from __future__ import annotations

import datetime
import gettext
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from babel import Locale
from babel.dates import format_skeleton
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from connector.app.figures import date_text, day_text, size_text
from connector.app.language import ngettext, number, use
from connector.app.state import State
from connector.app.texts import say
from connector.app.views import view
from connector.errors import Problem
from unit.markup import html
from unit.screens import SCREENS
from workshop import catalogue, extraction, manifest, translations
from workshop.checkout import ROOT
from workshop.translations import Faults, catalogues, compiled, faults_of, translation_of

LANGUAGES = translations.languages()
every_language = pytest.mark.parametrize("language", LANGUAGES)
MB = 1024 * 1024


@contextmanager
def speaking(catalog: Catalog) -> Iterator[None]:
    """The pane in a language."""
    use(gettext.GNUTranslations(io.BytesIO(compiled(catalog))))
    try:
        yield
    finally:
        use(gettext.NullTranslations())


@every_language
def test_nothing_in_a_language_is_broken(language: str) -> None:
    assert faults_of(language, catalogues()[language]).broken == ()


OTHER_WORDS = {
    "de": r"\bmail\b|Anh[aä]ng|\b[Dd]u\b|\b[Dd]ein",
    "es": r"\bmail\b|\benlaces?\b|\b(el|del|un) correo\b|\btus?\b",
    "fr": r"(?<!e-)\bmails?\b|\bcourriel|\bfiches?\b|\b(tu|ton|ta|tes)\b",
    "it": r"\bmail\b|\b(vostr|Lei\b)|«",
}
"""What a language has another word for already: one word for one thing, and one way to speak to people."""


@pytest.mark.parametrize("language", sorted(OTHER_WORDS))
def test_one_thing_has_one_word_in_a_language(language: str) -> None:
    texts = [str(form) for message in catalogues()[language] if message.id for form in forms(message.string)]
    assert len(texts) > 500
    help_page = (ROOT / "pane" / "support.html").read_text("utf-8")
    texts += re.findall(rf'<section id="{language}".*?</section>', help_page, re.DOTALL)
    [component] = (ROOT / "crm" / "modules" / "MailConnector" / "language").glob(f"{language}_*.php")
    texts += component.read_text("utf-8").splitlines()
    assert [text for text in texts if re.search(OTHER_WORDS[language], text)] == []


def forms(string: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The forms of a translation."""
    return (string,) if isinstance(string, str) else tuple(string or ())


@every_language
def test_the_search_shows_its_words_whole_in_a_narrow_pane(language: str) -> None:
    """Neither a placeholder nor a choice wraps, and both stand side by side."""
    catalog = catalogues().get(language, Catalog())
    longest = {"Search the CRM": 14, "Everywhere": 10}
    said = {text: str(found.string) if (found := catalog.get(text)) else text for text in longest}
    assert {text: word for text, word in said.items() if len(word) > longest[text]} == {}


@every_language
def test_outlook_knows_its_cultures(language: str) -> None:
    assert language in manifest.LOCALES


def test_what_is_wrong_with_a_translation_is_said() -> None:
    catalog = Catalog(locale="it")
    catalog.add("Link to {name}", "Collega")
    catalog.add("Linked to {name}.", "Collegato a {nome}.")
    catalog.add(("{count} file", "{count} files"), ("{count} file",))
    catalog.add(("{count} mail", "{count} mails"), ("{count} messaggio", "messaggi"))
    catalog.add("Mon Tue Wed Thu Fri Sat Sun", "lun mar mer gio ven sab")
    catalog.add("Sign in", "Accedi", flags={"fuzzy"})
    catalog.add("Sign out", "")
    catalog.add("Close", "Chiudi")
    catalog.add("Ticket", "Ticket")
    catalog.add("Nothing of this was stored.", "Nothing of this was stored.")
    assert faults_of("it", catalog) == Faults(
        broken=(
            "it: “Link to {name}” has lost its place holder {name}.",
            "it: “Linked to {name}.” has lost its place holder {name}.",
            "it: “Linked to {name}.” has a place holder that nothing fills: {nome}.",
            "it: “{count} file” has 1 plural forms; 2 are needed.",
            "it: “{count} mail” has lost its place holder {count}.",
            "it: “Mon Tue Wed Thu Fri Sat Sun” has 6 words; 7 are needed, one for each.",
        ),
        missing=(
            "it: “Sign in” is marked fuzzy. Look at it, correct it, and take the mark away.",
            "it: “Sign out” is not translated.",
            "it: “Nothing of this was stored.” stands there in English.",
        ),
    )


@pytest.mark.parametrize(
    ("code", "right"), [("pt", True), ("nl", True), ("xx", False), ("pt-BR", False), ("../x", False)]
)
def test_a_language_has_a_code(code: str, right: bool) -> None:
    assert catalogue.known(code) is right


def test_a_code_of_no_language_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue.main(["--new", "xx"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "'xx' is no language's code. Give one of two or three letters, such as pt or nl."


def test_a_new_text_is_not_taken_for_translated() -> None:
    """The English catalogue says each text as it is; that is nobody else's translation."""
    template = Catalog()
    template.add("Sign out")
    assert string(catalogue.updated("en", template, None), "Sign out") == "Sign out"
    assert string(catalogue.updated("it", template, None), "Sign out") == ""


def test_what_is_served_has_no_doubtful_translation() -> None:
    catalog = Catalog(locale="it")
    catalog.add("Close", "Chiudi", locations=[("pane/watch.js", 0)])
    catalog.add("Try again", "Forse", locations=[("pane/watch.js", 0)], flags={"fuzzy"})
    catalog.add("Devices", "Dispositivi", locations=[("py/connector/app/views/devices.py", 0)])
    served = translation_of(catalog)
    assert json.loads(served.texts) == {"Close": "Chiudi"}
    python = gettext.GNUTranslations(io.BytesIO(served.catalogue))
    assert [python.gettext(text) for text in ("Close", "Try again", "Devices")] == [
        "Chiudi",
        "Try again",
        "Dispositivi",
    ]


def test_every_kind_of_source_is_read() -> None:
    found = {(one.place, one.text) for one in extraction.texts()}
    assert ("py/connector/app/views/header.py", "Sign out") in found
    assert ("pane/watch.js", "Nothing was stored.") in found
    assert ("pane/early.js", "Search") in found
    assert ("pane/handover.js", "Done. You can close this window and go back to Outlook.") in found
    assert ("pane/index.html", "Search the CRM") in found, "an attribute"
    assert ("pane/signin.html", "One moment…") in found
    assert ("manifest.xml", "Link to CRM") in found
    assert not [text for _place, text in found if text in extraction.NOT_TRANSLATED]


PROGRAMMERS_NAME = re.compile(r"\w+ (API|[\d.]+|\$\{\w+\})")
"""A name that is the same in every language: Cache API, DialogApi 1.1."""


@pytest.mark.parametrize("script", sorted((ROOT / "pane").glob("*.js")), ids=lambda file: file.name)
def test_no_sentence_of_a_script_is_forgotten(script: object) -> None:
    """Whatever has words and begins like a sentence is marked, but for what goes to the console or into an error."""
    text = re.sub(r"^\s*//.*$", "", (ROOT / "pane" / str(script)).read_text("utf-8"), flags=re.M)
    told = re.sub(r"(console\.\w+|new Error|failed: |Content-Type)[^\n]*", "", text)
    sentences = re.findall(r"(\w*\(?)([\"'`])([A-Z“][^\"'`\n]* [^\"'`\n]*)\2", told)
    marked = ("N_(", "say(")
    unmarked = [sentence for before, _quote, sentence in sentences if before not in marked]
    assert [one for one in unmarked if not PROGRAMMERS_NAME.fullmatch(one)] == []


@every_language
@pytest.mark.parametrize(
    "early", [State(), State(ready=True), SCREENS["returning"]], ids=["start", "sign-in", "search"]
)
def test_what_stands_in_the_page_becomes_what_python_shows(language: str, early: State) -> None:
    """Python takes over what ``pane/language.js`` has put into the language, text by text."""
    texts = json.loads(translation_of(catalogues()[language]).texts)
    english = html(view(early))
    page = re.sub(r'(>|")([^<>"]+)(?=[<"])', lambda match: match[1] + texts.get(match[2], match[2]), unescape(english))
    with speaking(catalogues()[language]):
        assert unescape(html(view(early))) == page


@every_language
def test_days_and_months_are_written_as_in_the_country(language: str) -> None:
    with speaking(catalogues()[language]):
        for month in range(1, 13):
            day = datetime.date(2026, month, month + 10)
            assert day_text(day.isoformat()) == format_skeleton("yMMMEd", day, locale=language)


@every_language
def test_numbers_are_written_as_in_the_country(language: str) -> None:
    signs = Locale(language).number_symbols["latn"]
    with speaking(catalogues()[language]):
        assert re.sub(r"[^\d]*$", "", size_text(MB * 5 // 2)) == f"2{signs['decimal']}5"
        assert number(1_234_567) == signs["group"].join(["1", "234", "567"])
        assert number(9999) == "9999"


@every_language
@given(count=st.integers(0, 10**7))
def test_a_count_is_written_in_every_form(language: str, count: int) -> None:
    with speaking(catalogues()[language]):
        text = ngettext("{count} attachment", "{count} attachments", count)
        assert text.startswith(number(count))


def test_large_numbers_have_groups() -> None:
    assert [number(one) for one in (0, 9999, 10_000, 1_234_567)] == ["0", "9999", "10,000", "1,234,567"]
    said = say(Problem("text-cut", {"count": "10000", "all": "250000"})).what
    assert "10,000 of 250,000" in said


def test_a_module_is_never_called_by_its_technical_name() -> None:
    assert [State().label_of(one) for one in ("HelpDesk", "Potentials", "Accounts")] == [
        "Ticket",
        "Opportunity",
        "Company",
    ]
    said = say(Problem("nothing-linkable", {"modules": "HelpDesk, Potentials, Vessels"}))
    assert "Tickets, Opportunities, Vessels" in said.what + said.next


def test_the_pseudo_language_marks_every_word_and_is_a_third_longer() -> None:
    template = catalogue.template()
    made = translations.pseudo(template)
    assert faults_of("qps", made).broken == ()
    with speaking(made):
        assert say(Problem("offline")).what == "Thîš~~ dévîçé~~ hàš~ ñö~ ñétwörk~~~ çöññéçtîöñ~~~~."
        assert date_text(datetime.datetime(2026, 11, 23, 14, 5)).count("~") == 2
    texts = [str(message.id) for message in template if isinstance(message.id, str) and len(message.id) > 30]
    longer = sum(len(string(made, text)) for text in texts) / sum(len(text) for text in texts)
    assert 1.3 < longer < 1.6


def string(catalog: Catalog, text: str) -> str:
    """A text's translation."""
    message = catalog.get(text)
    assert message is not None
    return str(message.string or "")
