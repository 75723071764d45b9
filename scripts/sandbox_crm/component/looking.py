"""The component's operations that find: everything for a mail, by hand, and one record (``crm/README.md``)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..rest.operations import Call
from .answers import ComponentRefusal, answer
from .calls import component_of, licensed, stamp, text, texts, user_answer
from .domains import domains_of, is_of, plausible
from .found import MATTERING, Found
from .leads import Leads
from .mails import Mails
from .parameters import NEVER, check_arrived, invalid, is_id, line
from .records import Records
from .remarks import Remarks
from .work import denied, refused

ROLES = ("from", "sender", "reply-to", "to", "cc", "text")
PEOPLE = ("Contacts", "Leads")
CASES = {"Potentials": "opportunity", "HelpDesk": "ticket"}
MOST_PEOPLE, MOST_REFERENCES, MOST_FOUND, MOST_PARENTS, MOST_NUMBERS, MOST_RECENT = 50, 25, 100, 20, 10, 10
MOST_DOMAINS = 8
PAGE, EVERYWHERE, MOST_PAGES, MOST_WORDS, MOST_MAILS = 12, 4, 10, 4, 5
_MAIL = re.compile(r"[^\s@][^@\x00-\x1f]*@[^\s@]+")


class _Finding:
    def __init__(self, call: Call) -> None:
        self.user = licensed(call)
        self.crm, self.component = call.crm, component_of(call)
        self.mails, self.records = Mails(call.crm, self.user), Records(call.crm, self.user)
        self.leads, self.found = Leads(self.crm, self.user), Found()
        self.complete = True
        self.known: dict[str, None] = {}
        """The addresses, as they were given, that a record has which the user sees."""

    def told(self, module: str, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        return {} if module in NEVER else self.records.told(module, numbers)

    def by_address(self, people: Mapping[str, str], *, in_text: bool) -> None:
        wanted = {mail: role for mail, role in people.items() if (role == "text") == in_text}
        for module, numbers in self.records.with_addresses(list(wanted)).items() if wanted else ():
            reason = "text" if in_text else CASES.get(module, "address")
            for number, record in self.told(module, list(numbers)).items():
                # The database looks past accents, too, which make another address.
                stored = {one.strip().lower() for one in record["mails"]}
                its = [one for one in wanted if one.lower() in stored]
                if its:
                    self.found.note(module, number, record, reason, its[0], list(people).index(its[0]), wanted[its[0]])
                    self.known |= dict.fromkeys(its)

    def links(self, message_ids: Sequence[str], own: str) -> list[dict[str, Any]] | None:
        if "Messages" in self.crm.broken:
            return None
        links = []
        for place, message_id in enumerate(dict.fromkeys(filter(None, message_ids))):
            mails: dict[str, list[dict[str, Any]]] = {}
            for copy in self.records.mails(message_id):
                mails.setdefault(copy["hash"], []).append(copy)
            for hash_, copies in mails.items():
                subject = copies[0]["subject"]
                records = self.linked(hash_, subject, None if message_id == own else place)
                if records:
                    told = [self.copy_answer(copy, records if message_id == own else []) for copy in copies]
                    links.append({"message_id": message_id, "subject": subject, "records": records, "copies": told})
        return links

    def linked(self, hash_: str, subject: str, place: int | None) -> list[dict[str, str]]:
        by_module: dict[str, list[int]] = {}
        for number, module in self.records.of_mail(hash_).items():
            by_module.setdefault(module, []).append(number)
        found = []
        for module, numbers in by_module.items():
            for number, record in self.told(module, numbers).items():
                found.append({"id": self.mails.id(module, number), "module": module, "name": record["name"]})
                if place is not None:
                    self.found.note(module, number, record, "conversation", subject, place)
        if place is not None:
            for module, number, record in self.leads.successors(by_module.get("Leads", [])):
                self.found.note(module, number, record, "conversation", subject, place)
        return found

    def copy_answer(self, copy: Mapping[str, Any], records: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """An own copy also tells which of these records a link of this user has related it to."""
        own = copy["owner"] == self.user.number
        at = datetime.datetime.fromtimestamp(copy["created"], datetime.UTC)
        told = {"by": copy["by"], "at": stamp(self.crm, at), "own": own}
        if not own:
            return told
        notes = self.component.links.of([copy["number"]])
        mine = {note.record for note in notes if note.user == self.user.number}
        ids = [one["id"] for one in records if int(one["id"].partition("x")[2]) in mine]
        return told | {"id": self.mails.id("Messages", copy["number"]), "mine": ids}

    def by_number(self, subject: str) -> None:
        found = []
        for prefix, module in self.records.prefixes():
            written = re.compile(rf"(?<![^\W_]){re.escape(prefix)}[0-9]{{1,12}}(?![^\W_])", re.IGNORECASE)
            found += [(one.start(), one[0].upper(), module) for one in written.finditer(subject)]
        found = sorted(found, key=lambda one: one[0])[:MOST_NUMBERS]
        places = list(dict.fromkeys(text for _, text, _ in found))
        by_module: dict[str, list[str]] = {}
        for _, text_, module in found:
            by_module.setdefault(module, []).append(text_)
        for module, wanted in by_module.items():
            numbers = self.records.numbered(module, wanted)
            for number, record in self.told(module, list(numbers)).items():
                self.found.note(module, number, record, "number", numbers[number], places.index(numbers[number]))

    def recent(self, ids: Sequence[str]) -> None:
        """Records that were chosen before, those of them that the user may see."""
        for place, id_ in enumerate(ids):
            number = int(id_.partition("x")[2])
            module = self.mails.module(number)
            if module and self.mails.id(module, number) == id_:
                for record in self.told(module, [number]).values():
                    self.found.note(module, number, record, "recent", "", place)
            elif self.mails.id("Leads", number) == id_:
                for became in self.leads.successors([number]):
                    self.found.note(*became, "recent", "", place)

    def companies(self) -> None:
        wanted: dict[int, str] = {}
        for one in self.found.of({"address", "conversation"}).values():
            if one["company"]:
                wanted.setdefault(one["company"], one["name"])
        self.complete = self.complete and len(wanted) <= MOST_PARENTS
        numbers = list(wanted)[:MOST_PARENTS]
        for number, record in self.told("Accounts", numbers).items():
            self.found.note("Accounts", number, record, "company", wanted[number], numbers.index(number))

    def cases(self) -> None:
        parents = self.found.of({"address", "conversation", "company"})
        self.complete = self.complete and len(parents) <= 2 * MOST_PARENTS
        numbers = list(parents)[: 2 * MOST_PARENTS]
        for module, reason in CASES.items():
            cases = self.records.cases(module, numbers)
            for number, record in self.told(module, list(cases)).items():
                about = parents[cases[number]]["name"]
                self.found.note(module, number, record, reason, about, numbers.index(cases[number]))

    def by_domain(self, domains: Sequence[str], *, below: bool) -> None:
        known = self.found.of_module("Accounts")
        unknown = [
            one for one in enumerate(domains) if not any(is_of(one[1], company, below=below) for company in known)
        ]
        for place, domain in unknown:
            numbers = [one["number"] for one in self.records.of_domain(domain) if is_of(domain, one, below=below)]
            for number, record in self.told("Accounts", numbers).items():
                if is_of(domain, record, below=below):
                    self.found.note("Accounts", number, record, "domain", domain, place)

    def ordered(self) -> list[dict[str, Any]]:
        return [{"id": self.mails.id(one["module"], number)} | one for number, one in self.found.told()]

    def cut(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.complete = self.complete and len(entries) <= MOST_FOUND
        return entries[:MOST_FOUND]


def _people(call: Call) -> dict[str, str]:
    given = call.encoded("people") if text(call, "people") else []
    if not isinstance(given, list) or len(given) > MOST_PEOPLE:
        raise invalid("people")
    people: dict[str, str] = {}
    for one in given:
        mail, role = (one.get("mail"), one.get("role")) if isinstance(one, Mapping) else (None, None)
        if not isinstance(mail, str) or role not in ROLES or len(one) != 2:
            raise invalid("people")
        if len(mail.strip()) <= 320 and _MAIL.fullmatch(mail.strip()):
            people.setdefault(mail.strip(), str(role))
    return people


def mailconnectorfind(call: Call) -> dict[str, Any]:
    """Tell everything that the first look at a mail needs."""
    finding, people = _Finding(call), _people(call)
    subject, own, references = text(call, "subject"), line(text(call, "message_id")), texts(call, "references")
    recent = texts(call, "recent")
    if len(recent) > MOST_RECENT or not all(map(is_id, recent)):
        raise invalid("recent")
    finding.complete = len(references) <= MOST_REFERENCES
    finding.by_address(people, in_text=False)
    links = finding.links([own, *references[:MOST_REFERENCES]], own)
    finding.by_number(subject)
    finding.recent(recent)
    finding.companies()
    finding.cases()
    named = texts(call, "domains") if text(call, "domains") else None
    if named is not None and len(named) > MOST_DOMAINS:
        raise invalid("domains")
    finding.by_domain(domains_of(people) if named is None else plausible(named), below=named is not None)
    finding.by_address(people, in_text=True)
    result: dict[str, Any] = {
        "records": finding.cut(finding.ordered()),
        "links": None if links is None else finding.cut(links),
        "known": list(finding.known),
        "unasked": list(finding.records.unasked),
        "complete": finding.complete and not finding.records.cut,
    }
    if text(call, "first") == "1":
        result |= _first(call, finding)
    return answer(result)


def _first(call: Call, finding: _Finding) -> dict[str, Any]:
    quirks = call.crm.quirks
    account = next(one for one in call.crm.store.accounts() if one.number == finding.user.number)
    file_limit = min(limit for limit in (quirks.upload_max_filesize, quirks.server_file_limit) if limit)
    return {
        "modules": [{"name": name} | labels for name, labels in finding.records.modules().items()],
        "comments": Remarks(call.crm, finding.user).commentable(),
        "limits": {"file": file_limit, "request": quirks.post_max_size, "files": quirks.max_file_uploads},
        "user": user_answer(call.crm, account),
        "crm": {"name": component_of(call).installation, "time_zone": str(call.crm.time_zone)},
    }


def mailconnectorsearch(call: Call) -> dict[str, Any]:
    """Find records by hand, in one module or in those that matter."""
    user = licensed(call)
    check_arrived(call)
    mails, records = Mails(call.crm, user), Records(call.crm, user)
    module, given, page = text(call, "module"), text(call, "page") or "1", 1
    if not re.fullmatch("[1-9][0-9]?", given) or (page := int(given)) > MOST_PAGES:
        raise invalid("page")
    words, shown = text(call, "text").split()[:MOST_WORDS], records.modules()
    if module and (module in NEVER or module not in shown):
        raise denied(module)
    others = text(call, "others")
    if others and (others != "1" or module):
        raise invalid("others")
    size = PAGE if module else EVERYWHERE
    everywhere = (
        [one for one in shown if one not in MATTERING] if others else [one for one in MATTERING if one in shown]
    )
    found: list[dict[str, Any]] = []
    more: list[str] = []
    for one in [module] if module else everywhere:
        numbers = records.search(one, words, page * size + 1, False) if words else []
        if words and module and len(numbers) <= page * size:
            numbers = list(dict.fromkeys([*numbers, *records.search(one, words, page * size + 1, True)]))
        more += [one] if len(numbers) > page * size else []
        told = records.told(one, numbers[(page - 1) * size : page * size])
        found += [{"id": mails.id(one, number), "module": one} | record for number, record in told.items()]
    names = ("id", "module", "name", "detail")
    listed = [{name: one[name] for name in names} | {"company": _company(mails, records, one)} for one in found]
    return answer({"records": listed, "more": bool(more), "more_in": more, "unasked": list(records.unasked)})


def card(mails: Mails, records: Records, record: str) -> dict[str, Any]:
    """Return a record as `mailconnectorrecord` tells it; raises its refusals."""
    number = int(record.partition("x")[2])
    module = mails.module(number)
    known = bool(module) and module not in NEVER and mails.id(module, number) == record
    told = records.told(module, [number], True).get(number) if known and mails.may_see(module, number) else None
    if told is None:
        refusal = refused(record, gone=not module)
        if known and mails.may_see(module, number):
            refusal = ComponentRefusal("relation_missing", f"The module {module} takes no mails.", module=module)
        pair = {"source": "", "target": record, "code": refusal.code, "details": dict(refusal.details)}
        raise ComponentRefusal(refusal.code, refusal.message, **refusal.details, refused=[pair])
    cases = [
        {"id": mails.id(name, case), "module": name, "name": one["name"], "detail": one["detail"]}
        for name in CASES
        for case, one in records.told(name, list(records.cases(name, [number]))).items()
    ]
    fields = ("name", "detail", "number", "owner", "address", "phone", "state")
    return (
        {"id": record, "module": module}
        | {field: told[field] for field in fields}
        | _behind(mails, records, module, told)
        | {"mails": records.last_mails(number, MOST_MAILS), "cases": cases, "unasked": list(records.unasked)}
    )


def _company(mails: Mails, records: Records, told: Mapping[str, Any]) -> str:
    behind = _behind(mails, records, told["module"], told)
    one = behind["company"] or behind["person"]
    return str(one["name"]) if one else ""


def _behind(mails: Mails, records: Records, module: str, told: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Return the person and the company behind a record, as the user is shown them."""
    found = dict[str, dict[str, Any] | None](person=None, company=None)
    company: int = told["company"]
    for number in () if module in PEOPLE else told["behind"]:
        its = mails.module(number)
        kind = "person" if its in PEOPLE else "company" if its == "Accounts" else ""
        one = records.told(its, [number]).get(number) if kind else None
        if one and not found[kind]:
            found[kind] = {"id": mails.id(its, number), "module": its, "name": one["name"]}
            company = company or (one["company"] if kind == "person" else 0)
    if company and not found["company"] and (one := records.told("Accounts", [company]).get(company)):
        found["company"] = {"id": mails.id("Accounts", company), "module": "Accounts", "name": one["name"]}
    return found
