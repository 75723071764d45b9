"""Who is the other side of a mail: the people to ask the CRM for, each with the reason.

    side = other_side(mail)
    side.people                 # the most important first
    side.settled                # whether more of the head could bring anybody else to the front
    other_side(mail, text)      # with what stands in the text, as guesses

A pure function of the mail, of what is ours (`connector.mail.ours`), and of the text where that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from connector.finding.intext import writers
from connector.finding.person import Person, Role, Why
from connector.finding.relays import OF_LISTS, ORIGINALS, answered_lists, in_head, is_list, is_relayed
from connector.finding.reports import passed_on, undelivered
from connector.mail.address import Address, same
from connector.mail.domains import companies
from connector.mail.headers import Headers
from connector.mail.machines import is_automatic, is_daemon, is_machine, list_addresses, named_address, spoken_for
from connector.mail.mail import Mail
from connector.mail.spelling import key, plain, rewritten, without_plus

MOST_PEOPLE = 25
"""Recipients beyond these are not looked up: a question to the CRM has its limits, and so has the reader."""
MOST_ASKED = 50
"""Addresses in one question, as the component's contract has it."""
MOST_DOMAINS = 8
MOST_AUTHORS = 5
MOST_GUESSES = 5
_RESENT = ("Resent-From", "Resent-Sender")


@dataclass(frozen=True)
class OtherSide:
    """The people of the other side, the most important first, each once.

    ``settled``: what of the head is not known yet can't bring anybody to the front. ``vague``: nobody is certain but,
    at most, by the text.
    """

    people: tuple[Person, ...] = ()
    settled: bool = True

    @property
    def vague(self) -> bool:
        """Whether the mail is with nobody who is known for certain, so that its text may help."""
        return not any(one.main for one in self.people)

    @property
    def missed(self) -> tuple[Person, ...]:
        """Those of whom it is worth saying that the CRM does not know them."""
        return tuple(one for one in self.people if one.main) or self.people[:1]


@dataclass(frozen=True)
class Asked:
    """An address that the CRM is asked for. ``exact``: it is the person's own; else one that is alike."""

    mail: str
    person: Person
    exact: bool = True


def asked(side: OtherSide) -> tuple[Asked, ...]:
    """The addresses to ask for: each person's own in all its spellings, then, where there is room, those alike.

    Of many people the first `MOST_PEOPLE`, and of these everybody for certain. Guesses stand behind all others.
    """
    people = side.people[:MOST_PEOPLE]
    found = [Asked(mail, one) for one in people for mail in one.spellings.exact[:1]]
    found += [Asked(mail, one) for one in people for mail in one.spellings.exact[1:]]
    found += [Asked(mail, one, exact=False) for one in people for mail in one.spellings.similar]
    distinct: dict[str, Asked] = {}
    for one in found:
        distinct.setdefault(one.mail.casefold(), one)
    place = {key(one.address.mail): at for at, one in enumerate(people)}
    kept = [*distinct.values()][:MOST_ASKED]
    return tuple(sorted(kept, key=lambda one: (one.person.guess, not one.exact, place[key(one.person.address.mail)])))


def same_question(one: OtherSide, other: OtherSide) -> bool:
    """Whether the CRM is asked for the same addresses, in the same roles, and the mail is with the same people."""
    both = ([(it.mail, it.person.role, it.person.main) for it in asked(side)] for side in (one, other))
    return next(both) == next(both)


def domains(side: OtherSide) -> tuple[str, ...]:
    """The domains of the people whom the mail is with, and those above; of programs where there is nobody else."""
    people = [one for one in side.people if not one.guess and one.why is not Why.COLLEAGUE]
    main = [one for one in people if one.main] or people
    return companies(one.address.mail for one in main)[:MOST_DOMAINS]


@lru_cache(maxsize=4)
def other_side(mail: Mail, text: str | None = None) -> OtherSide:
    """Return the other side of the mail; ``text`` is its text, None where that was not read.

    Kept for the last few: it is asked for each time the pane is drawn, and takes long for many recipients.
    """
    people = tuple(_distinct(mail, _candidates(mail, text)))
    shared = mail.raw is not None and mail.raw.shared
    certain = any(one.main and one.why is not Why.ORIGINAL for one in people)
    settled = mail.source is not None or (certain and not shared)
    return OtherSide(people, settled)


def _candidates(mail: Mail, text: str | None) -> Iterator[Person]:
    """Everybody whom the mail names, ours included, in the order in which they matter."""
    head = mail.source.head if mail.source is not None else Headers()
    if is_report(mail, head):
        yield from _people(in_head(head, "X-Failed-Recipients"), Role.TO, Why.UNDELIVERED)
        yield from _people(undelivered(text or "", *_passed_over(mail)), Role.TEXT, Why.IN_TEXT)
        yield Person(mail.author, Role.FROM, Why.MACHINE)
    elif mail.sent:
        if mail.author.mail and not mail.ours.is_ours(mail.author) and _is_to_us_alone(mail):
            # A program of ours has sent it, in the name of who wrote.
            yield Person(mail.author, Role.FROM, Why.MACHINE if is_machine(mail.author) else Why.WROTE)
        yield from _recipients(mail, head, Why.ADDRESSED)
        # A web form may send in our own name, to us: the one who filled it in gets the answers.
        yield from _people(in_head(head, "Reply-To"), Role.REPLY_TO, Why.ANSWERED)
        yield from _people(_writers(mail, text or ""), Role.TEXT, Why.IN_TEXT)
    else:
        yield from _received(mail, head, text or "")


def _received(mail: Mail, head: Headers, text: str) -> Iterator[Person]:
    lists, author = list_addresses(head) | answered_lists(mail, head), mail.author
    ours = mail.ours.is_ours(author)
    ways_back = in_head(head, "Reply-To")
    relayed = is_relayed(mail, head, lists)
    human = bool(author.mail) and not ours and not relayed
    behind = human and is_automatic(head) and not is_list(author, lists) and not lists
    if ours:
        yield Person(author, Role.FROM, Why.COLLEAGUE)
    answers = [one for one in ways_back if not is_list(one, lists) and not is_machine(one)]
    # A market's mask of a buyer has a plus part in the way back.
    answers = [one for one in answers if same(one, author) or key(without_plus(one.mail)) != key(author.mail)]
    if not relayed:
        # A forwarder says so, and nothing else does: then the author stays one, too.
        told = [one for one in in_head(head, "X-Original-From") if key(one.mail) != key(author.mail)]
        yield from _people((one for one in told if not is_machine(one)), Role.FROM, Why.ORIGINAL)
    if human and not behind:
        yield Person(author, Role.FROM, Why.WROTE)
        yield from _people(_others_of(head, author), Role.FROM, Why.WROTE)
    elif inside := rewritten(author.mail):
        original = Address(spoken_for(author) or author.name, inside)
        yield Person(original, Role.FROM, Why.MACHINE if is_machine(original) else Why.ORIGINAL)
    if relayed:
        originals = [one for name in (OF_LISTS if lists else ORIGINALS) for one in in_head(head, name)]
        originals = [one for one in originals if not is_list(one, lists) and not is_machine(one)]
        yield from _people(originals, Role.FROM, Why.ORIGINAL)
        # Whose own address is known is not answered at that of the list.
        answers = [one for one in answers if not originals or not same(one, author)]
        yield from _spoken_for(mail, lists)
    if not human or behind:
        yield from _people(answers, Role.REPLY_TO, Why.ANSWERED)
    if human and behind:
        yield Person(author, Role.FROM, Why.WROTE)
    senders = [*_sender(mail, head), *(one for name in _RESENT for one in in_head(head, name))]
    senders = [one for one in senders if not (same(one, author) or is_list(one, lists) or is_machine(one))]
    senders = [one for one in senders if not rewritten(one.mail)]
    yield from _people(senders, Role.SENDER, Why.SENT)
    yield from _people(answers, Role.REPLY_TO, Why.ANSWERED)
    # What a program of ours sends is for who gets it, unless that is one of us: then it tells us of somebody.
    to_others = not any(map(mail.ours.is_ours, (*mail.to, *mail.cc)))
    written_to = ours and (to_others or not is_machine(author))
    yield from _recipients(mail, head, Why.ADDRESSED if written_to else Why.ALSO, lists)
    if relayed and (named := named_address(author)) and not _passed_over(mail)[1](Address("", named)):
        yield Person(Address(spoken_for(author).replace(named, "").strip(), named), Role.TEXT, Why.IN_TEXT)
    yield from _people(_writers(mail, text), Role.TEXT, Why.IN_TEXT)
    if author.mail:
        yield Person(author, Role.FROM, Why.MACHINE)


def _is_to_us_alone(mail: Mail) -> bool:
    """Whether the mail names recipients, and none but us."""
    recipients = (*mail.to, *mail.cc)
    return bool(recipients) and all(map(mail.ours.is_ours, recipients))


def _others_of(head: Headers, author: Address) -> list[Address]:
    """Who else has written a mail of several, by its head."""
    written = in_head(head, "From")[:MOST_AUTHORS]
    return [one for one in written if not is_machine(one)] if any(same(one, author) for one in written) else []


def _spoken_for(mail: Mail, lists: frozenset[str]) -> Iterator[Person]:
    """The author of a list's mail among those who got it: Mailman copies whose address it has taken out of From."""
    name = spoken_for(mail.author).casefold()
    for people, role in ((mail.to, Role.TO), (mail.cc, Role.CC)):
        for one in people:
            if name and one.name.strip("'\" ").casefold() == name and not (is_machine(one) or is_list(one, lists)):
                yield Person(one, role, Why.ORIGINAL)


def _writers(mail: Mail, text: str) -> tuple[Address, ...]:
    report = passed_on(text)
    return (undelivered(report, *_passed_over(mail)) if report else ()) or writers(text, *_passed_over(mail))


def _passed_over(mail: Mail) -> tuple[Callable[[Address], bool], Callable[[Address], bool]]:
    """Which addresses in the text say nothing: ours and programs'; and those of the host that has sent the mail."""
    hosts = frozenset(companies((mail.author.mail,)))
    return (
        lambda one: mail.ours.is_ours(one) or is_machine(one),
        lambda one: not hosts.isdisjoint(companies((one.mail,))),
    )


def is_report(mail: Mail, head: Headers) -> bool:
    """Whether the mail reports what became of another one that was sent."""
    if head.first("X-MS-Exchange-Message-Is-Ndr"):
        return True
    if head.first("X-Failed-Recipients") and (not mail.author.mail or is_machine(mail.author)):
        # Anybody can write such a line, and who passes a report on may keep it.
        return True
    kind = head.first("Content-Type").casefold()
    if "multipart/report" in kind and "disposition-notification" not in kind:
        return "delivery-status" in kind or is_daemon(mail.author)
    return is_daemon(mail.author)


def _recipients(mail: Mail, head: Headers, why: Why, lists: frozenset[str] = frozenset()) -> Iterator[Person]:
    blind = tuple(in_head(head, "Bcc")) if mail.sent else ()
    for people, role in ((mail.to, Role.TO), (mail.cc, Role.CC), (blind, Role.CC)):
        for one in people:
            yield Person(one, role, Why.MACHINE if is_machine(one) or is_list(one, lists) else why)


def _sender(mail: Mail, head: Headers) -> list[Address]:
    return [*([mail.sender] if mail.sender.mail else []), *in_head(head, "Sender")]


def _people(addresses: Iterable[Address], role: Role, why: Why) -> Iterator[Person]:
    return (Person(one, role, why) for one in addresses)


def _distinct(mail: Mail, people: Iterable[Person]) -> list[Person]:
    """Each once, without ours; these, but for this mailbox, only where there is nobody else.

    Programs and guesses come last, the guesses behind everybody.
    """
    seen: dict[str, Person] = {}
    ours: dict[str, Person] = {}
    guesses = 0
    for one in people:
        mail_address = plain(one.address.mail)
        local, _, domain = mail_address.rpartition("@")
        if not local or not domain or local[:8].lower() == "imceaex-":
            # Exchange's own name of somebody, in an address of its making, reaches nobody from outside.
            continue
        person = Person(Address(one.address.name, mail_address), one.role, one.why)
        if mail.ours.is_mine(person.address):
            continue
        if mail.ours.is_own_domain(domain):
            if not person.guess:
                ours.setdefault(key(mail_address), Person(person.address, person.role, Why.COLLEAGUE))
        elif person.guess and guesses >= MOST_GUESSES:
            continue
        elif key(mail_address) not in seen:
            guesses += person.guess
            seen[key(mail_address)] = person
    found = [*seen.values()]
    if all(one.why is Why.MACHINE for one in found):
        found += [one for at, one in ours.items() if at not in seen]
    return sorted(found, key=lambda one: (one.guess, one.why is Why.MACHINE, one.why is Why.COLLEAGUE))
