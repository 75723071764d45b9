"""A record that is about to be made: what is typed, what looks like it, and how the making stands. All pure.

A draft lives as long as it is neither sent nor dropped: through errors, a lost sign-in, and a look at another mail.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace

from connector.errors import Problem
from connector.finding.answers import Answers
from connector.finding.records import Record
from connector.making.checking import sendable, wrong
from connector.making.form import BELONGING, Entry, Form, Kind
from connector.making.likeness import alike
from connector.making.prefilling import Known, candidates, prefilled

SAME_FOR = datetime.timedelta(seconds=50)
"""How long the CRM answers the same request with the record that it has made: a minute, less the way there."""


@dataclass(frozen=True)
class Draft:
    """A form as it is filled in.

    ``mail`` is the key of the mail that it was opened for, ``user`` who opened it. ``entry`` is what stands in the
    form, ``touched`` are the fields that the user has changed. ``problems`` by names of fields; ``problem`` is of the
    whole. ``at`` is the field that was wrong at the last of the ``attempts``.

    ``alike`` looks like it and stands in the CRM already; ``unsure`` says that the CRM could not be asked about that.
    ``checked`` is what both were asked for. ``sought`` and ``found`` belong to the search for a record to which the
    field named ``seeking`` points. ``sign`` stands before the decimals of numbers, in the pane's language.
    ``sent_at`` is when the same was sent and nothing came back: it may have been made.
    """

    form: Form
    known: Known
    mail: str
    user: tuple[str, str]
    entry: Entry
    touched: frozenset[str] = frozenset()
    busy: bool = False
    attempts: int = 0
    at: str = ""
    problems: dict[str, Problem] = field(default_factory=dict)
    problem: Problem | None = None
    alike: tuple[Record, ...] = ()
    unsure: bool = False
    checked: str | None = None
    sought: str = ""
    found: Answers[Record] | None = None
    seeking: str = BELONGING
    sent_at: datetime.datetime | None = None
    sign: str = "."

    def offered(self, name: str) -> tuple[Record, ...]:
        """Return the records to which a field may point: found by hand, chosen, or known of the mail."""
        field_ = self.form.field(name)
        chosen, found = self.entry.target(name), self.found_for(name)
        known = candidates(self.form, field_, self.known) if field_ is not None else ()
        every = (*((chosen,) if chosen else ()), *known, *(found.found if found else ()))
        return tuple(one for one in dict.fromkeys(every) if field_ is not None and one.module in field_.modules)

    def found_for(self, name: str) -> Answers[Record] | None:
        """Return what was found for a field."""
        return self.found if self.seeking == name else None

    @property
    def identity(self) -> str:
        """What a look for alike records depends on."""
        names = ("first_name", "last_name", "mail") if self.form.field("last_name") else ("company", "mail")
        return "\n".join(self.entry.text(name).strip().casefold() for name in names)


def opened(form: Form, known: Known, mail: str, user: tuple[str, str], sign: str = ".") -> Draft:
    """Return a form with what the mail fills in, and the CRM's own page."""
    return Draft(form, known, mail, user, _filled(form, known, sign), sign=sign)


def _filled(form: Form, known: Known, sign: str) -> Entry:
    """What mail and CRM fill in, numbers as the user writes them."""
    entry = prefilled(form, known)
    numbers = {one.name for one in form.fields if one.kind is Kind.NUMBER}
    return replace(entry, values={k: v.replace(".", sign) if k in numbers else v for k, v in entry.values.items()})


def typed(draft: Draft, name: str, text: str) -> Draft:
    """Return the draft after a field was changed; what was wrong with it is not said any longer."""
    values = {**draft.entry.values, name: text}
    changed = replace(draft, entry=replace(draft.entry, values=values), touched=draft.touched | {name})
    return _changed(changed, name)


def picked(draft: Draft, name: str, value: str, *, on: bool) -> Draft:
    """Return the draft after one value of a list, of which several may be chosen, was set or taken away."""
    field_ = draft.form.field(name)
    chosen = set(draft.entry.text(name).split("\n")) - {value} | ({value} if on else set())
    known = [one.value for one in field_.values] if field_ is not None else []
    return typed(draft, name, "\n".join(one for one in known if one in chosen))


def belonging(draft: Draft, name: str, record: str) -> Draft:
    """Return the draft whose field points to that record, by id, of those offered; to none for any other text."""
    if draft.form.field(name) is None:
        return draft
    chosen = next((one for one in draft.offered(name) if one.id == record), None)
    entry = draft.entry
    if name == BELONGING:
        entry = replace(entry, record=chosen)
    else:
        others = {other: one for other, one in entry.others.items() if other != name}
        entry = replace(entry, others=others | ({name: chosen} if chosen else {}))
    return _changed(replace(draft, entry=entry, touched=draft.touched | {name}), name)


def _changed(draft: Draft, name: str) -> Draft:
    problems = {other: problem for other, problem in draft.problems.items() if other != name}
    draft = replace(draft, problems=problems, problem=None, sent_at=None)
    if draft.checked is not None and draft.checked != draft.identity:
        # What looked like it may do so no longer.
        return replace(draft, alike=(), unsure=False, checked=None)
    return draft


def with_known(draft: Draft, known: Known) -> Draft:
    """Return the draft with what is known by now, in those fields that the user has left alone and that were empty."""
    fresh = _filled(draft.form, known, draft.sign)
    values = dict(draft.entry.values)
    for one in draft.form.fields:
        if one.kind is not Kind.RECORD and one.name not in draft.touched and not values.get(one.name):
            values[one.name] = fresh.text(one.name)
    return replace(draft, known=known, entry=replace(draft.entry, values={k: v for k, v in values.items() if v}))


def looked(draft: Draft, identity: str, found: tuple[Record, ...], *, unsure: bool) -> Draft:
    """Return the draft after a look for alike records, asked for ``identity``."""
    if identity != draft.identity:
        return draft
    return replace(draft, alike=alike(draft.form, draft.entry, found), unsure=unsure, checked=identity)


def sending(draft: Draft) -> Draft:
    """Return the draft as it is sent; where something is wrong, it says so and is not sent."""
    problems = wrong(draft.form, draft.entry, draft.sign)
    tried = replace(draft, attempts=draft.attempts + 1, at=next(iter(problems), ""))
    return replace(tried, busy=not problems, problems=problems, problem=None)


def stopped(draft: Draft) -> Draft:
    """Return the draft that is not sent after all: somebody should look at what is alike first."""
    return replace(draft, busy=False)


def failed(draft: Draft, problem: Problem, *, at: str = "", sent_at: datetime.datetime | None = None) -> Draft:
    """Return the draft after a refusal, of one field where ``at`` names one of the form's.

    ``sent_at``: it is not known whether the record was made.
    """
    named = draft.form.field(at) or (draft.form.reference if at == "record" else None)
    draft = replace(draft, busy=False, sent_at=sent_at)
    if named is None:
        return replace(draft, problem=problem)
    tried = replace(draft, attempts=draft.attempts + 1, at=named.name)
    return replace(tried, problems={**draft.problems, named.name: problem})


def same_request(draft: Draft, now: datetime.datetime) -> bool:
    """Return whether the CRM answers this with the record that an earlier try may have made."""
    return draft.sent_at is not None and now - draft.sent_at < SAME_FOR


def request(draft: Draft) -> tuple[str, dict[str, str], str]:
    """Return the module, the texts and the id of the record it belongs to, or an empty one."""
    record = draft.entry.record
    return draft.form.module, sendable(draft.form, draft.entry, draft.sign), record.id if record else ""
