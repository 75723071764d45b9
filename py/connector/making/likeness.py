"""Records that may be the one that is about to be made."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connector.finding.records import COMPANIES, Record
from connector.finding.suggestion import Reason, Suggestion
from connector.making.form import PEOPLE, Entry, Form

MOST = 3
"""Records that are offered."""

_WORD = re.compile(r"\w+")
_LEGAL = frozenset(
    "gmbh mbh ag kg ohg gbr ug se ltd limited llc llp inc corp corporation company co plc bv nv oy ab spa srl srls snc "
    "sas sarl sa sl and und e et s p a r l the".split()
)
"""Words that do not tell two companies apart."""


def sought(form: Form, entry: Entry) -> str:
    """Return what to search for: the name; empty where there is none, or where no name helps (a ticket)."""
    if form.module in PEOPLE:
        return " ".join(filter(None, (entry.text("first_name").strip(), entry.text("last_name").strip())))
    return entry.text("company").strip() if form.module == COMPANIES else ""


def modules(form: Form) -> tuple[str, ...]:
    """Return the modules in which the same one may stand already."""
    return PEOPLE if form.module in PEOPLE else (COMPANIES,) if form.module == COMPANIES else ()


def known_by_address(form: Form, address: str, suggestions: Iterable[Suggestion]) -> tuple[Record, ...]:
    """Return the people, or companies, that have this address."""
    wanted = address.strip().casefold()
    return tuple(
        one.record
        for one in suggestions
        if one.reason is Reason.ADDRESS and one.about.casefold() == wanted and one.record.module in modules(form)
    )[:MOST]


def alike(form: Form, entry: Entry, found: Iterable[Record]) -> tuple[Record, ...]:
    """Return those of the records found that look like the one that is about to be made.

    People by the same names, in whatever order; companies by the same words, legal forms aside; both by the address.
    """
    wanted = _words(sought(form, entry), form)
    address = entry.text("mail").strip().casefold()
    return tuple(
        one
        for one in dict.fromkeys(found)
        if one.module in modules(form)
        and ((wanted and _words(one.name, form) == wanted) or (address and one.detail.casefold() == address))
    )[:MOST]


def _words(name: str, form: Form) -> frozenset[str]:
    words = frozenset(_WORD.findall(name.casefold()))
    return (words - _LEGAL or words) if form.module == COMPANIES else words
