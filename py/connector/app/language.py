"""The language that the pane speaks: gettext, and foreign text inside its sentences.

    >>> fill(_("Linked to {name}"), name="Mary Smith")
    'Linked to Mary Smith'

Every text that people read goes through `_`, `ngettext` or `pgettext` when it is shown, so that `use`
can bring another language at any time; `N_` marks texts of tables for the extraction. What a mail or
the CRM says enters a text through `fill` only.
"""

from __future__ import annotations

import gettext
import re

from connector.mail.headers import one_line

LONGEST = 300
"""Characters of one piece of foreign text (a subject, a name) that are shown."""
LARGE = 10_000
"""Numbers from here on are written in groups of three digits."""
NOTHING = "…"
"""Stands where a translation asks for a detail that is not there."""

_DIRECTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_PLACE = re.compile(r"\{(\w+)\}")

_translations = gettext.NullTranslations()


def use(translations: gettext.NullTranslations) -> None:
    """Show texts in another language from now on."""
    global _translations
    _translations = translations


def is_english() -> bool:
    """Whether texts are shown in their own language."""
    return type(_translations) is gettext.NullTranslations


def _(text: str) -> str:
    """The text in the language in use."""
    return _translations.gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The text for that count, ``{count}`` filled in."""
    return _translations.ngettext(one, many, count).replace("{count}", number(count))


def pgettext(context: str, text: str) -> str:
    """A short text that means different things in different places."""
    return _translations.pgettext(context, text)


def number(count: int) -> str:
    """A whole number as people write it: ``9999``, ``12,345``."""
    return f"{count:,}".replace(",", pgettext("thousands separator", ",")) if abs(count) >= LARGE else str(count)


def N_(text: str) -> str:  # noqa: N802  # the name that gettext's tools know
    """Mark a text of a table; `_` translates it when it is shown."""
    return text


def shown(text: str, longest: int = LONGEST) -> str:
    """Foreign text as one line that can't disturb what stands around it: no control or direction characters.

    Text that runs from right to left is set apart, so that the sentence around it keeps its order.
    """
    text = text[: 4 * longest]
    simple = text.isascii()  # Most texts are, and the pane shows dozens at its start.
    text = one_line(text if simple else _DIRECTING.sub("", text))
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return f"\u2068{text}\u2069" if not simple and _RIGHT_TO_LEFT.search(text) else text


def fill(text: str, /, **details: str) -> str:
    """Put details into a text. One that is missing becomes an ellipsis; braces in details mean nothing."""
    return _PLACE.sub(lambda match: details.get(match[1], NOTHING), text)
