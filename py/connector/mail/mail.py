"""The open mail, as the pane understands it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from connector.mail import headers
from connector.mail.address import NOBODY, Address, AddressList, by_name, from_raw, parse_list, same, tidied
from connector.mail.headers import one_line
from connector.mail.identity import CERTAIN_SUBJECT, own_message_id
from connector.mail.machines import spoken_for
from connector.mail.ours import NOTHING, Ours
from connector.mail.pictures import addresses, place
from connector.mail.source import Source
from connector.ports import RawAddress, RawAttachment, RawMail, Traits

CLOUD = "cloud"
ITEM = "item"
_ANSWER = re.compile(r"\s*(?:[\[(<][^\[\]()<>]{1,40}[\])>]\s*)*[^\s:：]{1,10}(\s?[\[(]\d{1,3}[\])])?\s?[:：]")
"""What mailers write before an answer's subject: "Re:", "Rif[2]:", "[EXTERNAL] AW:". "Plan:" is taken for one."""
WRITERS = ("From", "Sender", "Reply-To", "Resent-From", "X-Original-From")
"""Lines of a head that name the sender."""
MOST_THREAD = 25
"""How many mails of a conversation are asked for."""
FIRST_YEAR, LAST_YEAR = 1980, 2100
"""Outside of these no mail came into a mailbox: Exchange writes 1601, and others the year 1 or 9999, for "never"."""
CUT_FROM = 100
"""How many recipients of one kind a host hands out at least. Known limits are 100 and 500; a longer list may be cut."""


@dataclass(frozen=True)
class Mail:
    """One mail: who wrote it to whom, and what it carries.

    ``sent`` is true for mails that went out from this mailbox (`Ours.wrote`); ``sender`` is who sent it, for the author
    or in person. Who the other side is, says `connector.finding.otherside`. ``message_id`` is that of the head, the
    same in each mailbox; while no head is known, or where that has none, Outlook's (``has_own_id``: it tells one, which
    some stamp anew). It is empty where there is neither: then it takes all of the mail to make one
    (`connector.mail.identity`).

    ``created`` is when the item came into this mailbox, ``date`` when the mail was written: None while that is not
    known. ``guessed`` are the addresses, without letter case, of which nothing but a person's name tells.
    ``addressed`` is how many recipients the mail has in To and Cc; None where Outlook may have left some out.
    ``left_out`` are those of them beyond all measure, who are not listed here (`connector.mail.addresslist`).
    ``source`` is None until Outlook was asked for more than the properties, of which all is made anew then (``raw``).
    """

    traits: Traits
    message_id: str
    subject: str
    author: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    created: datetime.datetime | None
    attachments: tuple[RawAttachment, ...]
    sent: bool
    sender: Address = NOBODY
    ours: Ours = NOTHING
    has_own_id: bool = True
    date: datetime.datetime | None = None
    addressed: int | None = None
    left_out: int = 0
    guessed: frozenset[str] = frozenset()
    source: Source | None = None
    raw: RawMail | None = None

    @property
    def key(self) -> str:
        """What this mail is known by in the pane; never empty, and another for another mail (`Traits.key`)."""
        return self.traits.key

    @property
    def declared_size(self) -> int:
        """Bytes of all attachments as Outlook declares them; the real ones are known after reading."""
        return sum(attachment.size for attachment in self.attachments)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All of its own Message-IDs, as the CRM holds them: `message_id`, others of the head, Outlook's."""
        head = _ids(self.source.head) if self.source is not None else ()
        host = own_message_id(self.raw.message_id) if self.raw is not None else ""
        return tuple(dict.fromkeys(filter(None, (self.message_id, *head, host))))

    @cached_property
    def thread(self) -> tuple[str, ...]:
        """The mails that it answers, the nearest first, by their Message-IDs as the CRM has them.

        None while nothing of its head is known.
        """
        head = self.source.head if self.source is not None else headers.Headers()
        answered, thread = headers.in_reply_to(head).split(), headers.references(head).split()
        ids = map(own_message_id, (*answered, *reversed(thread[-MOST_THREAD:])))
        return tuple(dict.fromkeys(one for one in ids if one not in ("", *self.ids)))[:MOST_THREAD]

    @property
    def may_answer(self) -> bool:
        """Whether it may answer mails that nothing tells: its subject looks so, and nothing of its head is known."""
        return (self.source is None or not self.source.has_head) and bool(_ANSWER.match(self.subject))


def mail_from(raw: RawMail, ours: Ours, source: Source | None = None) -> Mail:
    """Understand what Outlook gives; what is ``ours`` tells sent mails from received ones.

    Properties come first. Where one has no address, or fewer people, the head of the ``source`` fills that in.
    """
    head = (source or Source()).head
    author = _author(raw, head, ours)
    sender = from_raw(raw.sender) if raw.sender is not None else NOBODY
    to_told, cc_told = _listed(head, "To"), _listed(head, "Cc")
    to, cc = _people(raw.to, to_told.people), _people(raw.cc, cc_told.people)
    left_out = to_told.left_out + cc_told.left_out
    attachments = tuple(_each_once(raw.attachments))
    guessed = frozenset[str]()
    if source is not None:
        # Nothing else will tell.
        guessed = frozenset(by_name(one).mail.casefold() for one in (author, *to, *cc) if not one.mail) - {""}
        author, to, cc = by_name(author), tuple(map(by_name, to)), tuple(map(by_name, cc))
    return Mail(
        traits=raw.traits,
        message_id=next(iter(_ids(head)), "") or own_message_id(raw.message_id),
        subject=_subject(raw.subject, head),
        author=author,
        to=to,
        cc=cc,
        created=raw.created if raw.created and FIRST_YEAR <= raw.created.year <= LAST_YEAR else None,
        attachments=_named(attachments, source or Source()),
        sent=ours.wrote(author, *([sender] if sender.mail else _listed(head, "Sender").people[:1]))
        and not _is_relayed(author, ours),
        sender=sender,
        ours=ours,
        has_own_id=bool(own_message_id(raw.message_id)),
        date=headers.date(head),
        addressed=len(to) + len(cc) + left_out if _all_told(raw, head) else None,
        left_out=left_out,
        guessed=guessed,
        source=source,
        raw=raw,
    )


def with_source(mail: Mail, source: Source, ours: Ours | None = None) -> Mail:
    """Return the mail with what this source tells of it, and what is ``ours`` by now; its traits stay."""
    ours = mail.ours if ours is None else ours
    if mail.raw is None:
        return replace(mail, source=source, ours=ours, date=headers.date(source.head))
    return replace(mail_from(mail.raw, ours, source), traits=mail.traits)


def alias_of(mail: Mail) -> str:
    """Return the address of which the owner of the mailbox has sent this mail, where it is another than the owner's.

    The name is the owner's, and the domain the organization's, or no server has handed the mail over: mails that were
    sent have no headers in Outlook, and no ``Received`` in the whole message.
    """
    ours, author = mail.ours, mail.author
    named = bool(ours.owner.name) and author.name.strip().casefold() == ours.owner.name.strip().casefold()
    if not named or not author.mail or ours.is_mine(author):
        return ""
    source = mail.source
    kept = source is not None and not source.internet_headers and source.whole is not None
    handed = kept and source is not None and bool(source.head.first("Received") or source.head.first("Return-Path"))
    return author.mail if ours.is_ours(author) or (kept and not handed) else ""


def looks_as_if_it_had_files(mail: Mail) -> bool:
    """Return whether the head is that of a mail with files, while Outlook lists none."""
    head = mail.source.head if mail.source is not None else headers.Headers()
    return not mail.attachments and head.first("Content-Type").lstrip().lower().startswith("multipart/mixed")


def wants_whole(mail: Mail, html: str) -> bool:
    """Return whether anything is missing that the whole message alone can tell.

    Of a mail without headers that is its date, its thread and who got it in blind; else which picture is meant where,
    unless content ids tell it; and the files of a mail that looks as if it had some, where Outlook lists none.
    """
    if mail.source is None or not mail.source.internet_headers:
        return True
    if looks_as_if_it_had_files(mail):
        return True
    placing = place(addresses(html), mail.attachments)
    return placing.unplaced or placing.guessed or placing.dangling


def _each_once(listed: Sequence[RawAttachment]) -> Iterator[RawAttachment]:
    """The attachments without those that are listed a second time. Some have no id."""
    seen: set[tuple[str, str]] = set()
    for one in listed:
        if not one.id or (one.id, one.name) not in seen:
            yield one
        seen.add((one.id, one.name))


def _named(attachments: Sequence[RawAttachment], source: Source) -> tuple[RawAttachment, ...]:
    """The attachments with what the text calls them by, as far as the source tells it."""
    if source.whole is not None:
        return source.whole.named(attachments)
    ids = dict(source.content_ids)
    return tuple(replace(one, content_id=ids[one.id]) if one.id in ids else one for one in attachments)


def _ids(head: headers.Headers) -> tuple[str, ...]:
    """The Message-IDs of a head; some have several, in two lines or in one."""
    written = (one for line in head.all("Message-ID") for one in headers.ids(line) or (line,))
    return tuple(filter(None, map(own_message_id, written)))


def _subject(given: str, head: headers.Headers) -> str:
    """The subject as Outlook gives it; as the head has it where that one is missing, or cut."""
    in_head = head.text("Subject")
    whole = (not given.strip() or len(given) >= CERTAIN_SUBJECT) and in_head.startswith(one_line(given))
    return in_head if whole and in_head else given


def _author(raw: RawMail, head: headers.Headers, ours: Ours) -> Address:
    """Whoever wrote it: From before Sender, an address before a name, and the head before an address that it has not.

    Exchange gives its own name of a person in place of an address at times, and Outlook the address in place of a name.
    A mail of which no head is known, and whose author has the owner's name, is the owner's: such are sent ones.
    """
    writers = [from_raw(one) for one in (raw.author, raw.sender) if one is not None]
    named = next((one for one in writers if one.name or one.mail), Address("", ""))
    own = ours.owner
    if named.mail:
        written = [one for one in _listed(head, "From").people if one.mail]
        known = {one.mail.casefold() for field in WRITERS for one in _listed(head, field).people}
        foreign = len(written) == 1 and named.mail.casefold() not in known and not ours.is_mine(named)
        return next((one for one in written if foreign or (not named.name and same(one, named))), named)
    if not named.mail:
        in_head = [person for field in ("From", "Sender") for person in _listed(head, field).people if person.mail]
        name = named.name.casefold()
        alike = [one for one in in_head if name and one.name.casefold() == name]
        alike += [one for one in in_head if one.mail.casefold() == name]
        for person in (*alike, *in_head, *writers):
            if person.mail:
                return tidied(person.name or named.name, person.mail)
        if not named.name:
            return next((one for one in _listed(head, "From").people if one.name), named)
        if own.mail and own.name and name == own.name.casefold() and not in_head:
            return own
    return named


def _is_relayed(author: Address, ours: Ours) -> bool:
    """Whether a list of ours has put its own address in place of the author's: ``'Mary Smith' via Sales``."""
    return author.name.strip().casefold() != ours.owner.name.strip().casefold() and bool(spoken_for(author))


def _listed(head: headers.Headers, field: str) -> AddressList:
    lists = [parse_list(value) for value in head.all(field)]
    return AddressList(tuple(person for one in lists for person in one.people), sum(one.left_out for one in lists))


def _people(raw: Sequence[RawAddress], in_head: Sequence[Address]) -> tuple[Address, ...]:
    """The people of one field: as Outlook lists them, with addresses that it lacks and people that it leaves out."""
    listed = [from_raw(person) for person in raw]
    if not in_head:
        return tuple(listed)
    people = tuple(_with_addresses(listed, in_head, _in_order(listed, in_head)))
    unknown = [one for one in people if not one.mail]
    if not unknown and _in_order(people, in_head):
        return (*people, *in_head[len(people) :])
    known = {one.mail.casefold() for one in people}
    left = [one for one in in_head if one.mail.casefold() not in known]
    # At least as many are left as there are people of whom no address is known: they are among those.
    return (*(one for one in people if one.mail), *([] if len(unknown) <= len(left) else unknown), *left)


def _in_order(people: Sequence[Address], in_head: Sequence[Address]) -> bool:
    return len(people) <= len(in_head) and all(not one.mail or same(one, in_head[at]) for at, one in enumerate(people))


def _with_addresses(listed: Sequence[Address], in_head: Sequence[Address], aligned: bool) -> Iterator[Address]:
    """Each with the address that can be nobody else's: of the only one with that name, else of the one in its place."""
    called: dict[str, set[str]] = {}
    for one in in_head:
        if one.mail:
            called.setdefault(one.name.casefold() or one.mail.casefold(), set()).add(one.mail)
    names = [one.name.casefold() for one in listed]
    taken = set(names)
    for at, (one, name) in enumerate(zip(listed, names, strict=True)):
        mails = called.get(name, set()) if name else set()
        if one.mail or (len(mails) != 1 and not aligned):
            yield one
        elif len(mails) == 1:
            yield tidied(one.name, *mails)
        else:
            there = in_head[at]
            other = there.name.casefold()
            yield tidied(one.name or there.name, there.mail) if other == name or other not in taken else one


def _all_told(raw: RawMail, head: headers.Headers) -> bool:
    """Whether no recipient can be missing: either the head tells them all, or no list is so long that it may be cut."""
    fields = ((raw.to, "To"), (raw.cc, "Cc"))
    return all(len(people) < CUT_FROM or bool(head.first(field)) for people, field in fields)
