"""What a mail fills in of a form: names, address, company, subject, text.

    prefilled(form, Known(person, mail, suggestions))

Nothing else of a mail reaches the CRM by way of a form than what stands in it, to be seen and changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from connector.finding.otherside import other_side
from connector.finding.records import COMPANIES, TICKETS, Record
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address, domain_of, public_domain
from connector.mail.mail import Mail
from connector.making.checking import tidied
from connector.making.form import PEOPLE, Entry, Field, Form, Kind
from connector.making.naming import Named, named, office
from connector.making.signature import numbers

_REPLY = re.compile(r"^\s*(?:re|aw|antw|fwd?|wg|r|i|rif|inoltro|sv|vs|tr|enc|rv)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_OPEN = ("Open", "Offen", "Aperto")
"""How a new ticket's state is called, where it is among the values."""


@dataclass(frozen=True)
class Known:
    """What is known when a form is opened: for whom, of which mail, and which records were found.

    ``text`` is the mail's plain text, empty as long as it was not read; ``made`` are those that were made for the mail.
    """

    person: Address
    mail: Mail
    suggestions: tuple[Suggestion, ...] = ()
    chosen: tuple[Record, ...] = ()
    text: str = ""
    made: tuple[Record, ...] = ()


def prefilled(form: Form, known: Known) -> Entry:
    """Return what is filled in before the user types."""
    texts = _of_ticket(known) if form.module == TICKETS else _of_person(form, known)
    fields = (one for one in form.fields if one.kind is not Kind.RECORD)
    values = {one.name: text for one in fields if (text := _fitting(one, texts.get(one.name, "")))}
    return Entry(values, _belongs_to(form, known))


def candidates(form: Form, field: Field, known: Known) -> tuple[Record, ...]:
    """Return the records to which a field of the new one may point, the likeliest first."""
    found = [*known.chosen, *(one.record for one in known.suggestions)]
    fitting = [one for one in dict.fromkeys(found) if one.module in field.modules]
    # A ticket belongs to the person before the company.
    return tuple(sorted(fitting, key=lambda one: one.module == COMPANIES and form.module == TICKETS))


def plain_subject(subject: str) -> str:
    """Return the subject without what replies and forwards put before it."""
    before = ""
    while before != subject:
        before, subject = subject, _REPLY.sub("", subject, count=1)
    return subject.strip()


def _of_ticket(known: Known) -> dict[str, str]:
    return {"title": plain_subject(known.mail.subject), "description": known.text}


def _of_person(form: Form, known: Known) -> dict[str, str]:
    person, name = known.person, named(known.person.name, known.person.mail)
    domain = domain_of(person.mail)
    own = "" if public_domain(domain) else domain
    if form.module not in PEOPLE:
        # A person's address would make all that this person writes the company's.
        mail = person.mail if office(person.mail) else ""
        return {"company": _company(name, own, known), "website": own, "mail": mail}
    texts = {"first_name": name.first, "last_name": name.last, "mail": person.mail}
    if not known.mail.sent and person.mail == known.mail.author.mail:
        found = numbers(known.text, name.last)
        texts |= {"phone": found.phone, "mobile": found.mobile}
    return texts | {"company": _company(name, own, known)}


def _company(name: Named, domain: str, known: Known) -> str:
    """A company's name: as the CRM writes it, as it stands beside the person's, or as the domain spells it."""
    found = _only(one.record for one in known.suggestions if _about(one, known.person))
    if found is not None:
        return found.name
    if name.company or not domain:
        return name.company
    labels = domain.split(".")
    short = len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "ac", "gov", "edu")
    label = labels[-3] if short else labels[-2] if len(labels) > 1 else ""
    return "" if label.startswith("xn--") else " ".join(part[:1].upper() + part[1:] for part in label.split("-"))


def _belongs_to(form: Form, known: Known) -> Record | None:
    """The record to which the new one belongs, where only one can be meant."""
    field = form.reference
    if field is None:
        return None
    fitting = [one for one in known.suggestions if one.record.module in field.modules]
    domains = {domain_of(one.address.mail) for one in other_side(known.mail).missed}
    made = (
        [one for one in known.made if one.module in field.modules] if domains == {domain_of(known.person.mail)} else []
    )
    if form.module == TICKETS:
        mine = _only(one.record for one in fitting if one.reason is Reason.ADDRESS and one.about == known.person.mail)
        mine = mine or _only(one for one in made if one.module != COMPANIES)
        if mine is not None:
            return mine
    # One that was made for this very mail is meant, too, as long as all are of one company.
    return _only(one.record for one in fitting if _about(one, known.person)) or _only(made)


def _about(suggestion: Suggestion, person: Address) -> bool:
    """Whether it is a company of this person's: found by the person's domain, or with this very address."""
    if suggestion.record.module != COMPANIES:
        return False
    if suggestion.reason is Reason.ADDRESS:
        return suggestion.about.casefold() == person.mail.casefold()
    return suggestion.reason is Reason.DOMAIN and suggestion.about.casefold() == domain_of(person.mail)


def _only(records: Iterable[Record]) -> Record | None:
    several = tuple(dict.fromkeys(records))
    return several[0] if len(several) == 1 else None


def _fitting(field: Field, text: str) -> str:
    if field.kind is Kind.CHOICE:
        values = [one.value for one in field.values]
        if field.name == "state":
            return next((value for value in values if value in _OPEN), values[0] if field.required and values else "")
        # What could be nothing else is chosen; the CRM's own page chooses nothing.
        return field.initial or (values[0] if field.required and len(values) == 1 else "")
    if field.initial and not text:
        return field.initial
    # Beyond U+FFFF a database of three bytes keeps question marks: pictures are left out, as nobody has typed them.
    text = "".join(one for one in text if ord(one) < 0x10000)
    return tidied(field, text)[: field.longest].rstrip()
