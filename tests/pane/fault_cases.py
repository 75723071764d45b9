"""The fault matrix: at which call of the journey what goes wrong, and what has to stand in the CRM afterwards.

Both drivers use it: tests/contract/test_faults.py (every case, the app on CPython) and
tests/pane/test_fault_matrix.py (the pane in a browser).
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest

import tallies
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail, read

SENDER = "mary.smith@northwind.example"


@dataclass(frozen=True)
class Spot:
    """One call of the journey.

    ``phase``: while somebody signs in (``sign-in``), looks at a mail (``mail``), links (``link``) or
    takes back (``cancel``). ``alone``: needs a CRM that takes one file at a time. ``abroad``: needs a CRM whose
    clock is not where the pane believes it.
    """

    name: str
    operation: str
    module: str | None
    phase: str = "link"
    alone: bool = False
    abroad: bool = False


SPOTS = (
    Spot("sign in", "loginpwd", None, "sign-in"),
    Spot("list the modules", "listtypes", None, "sign-in"),
    Spot("describe", "describe", "Documents", "sign-in"),
    Spot("suggest", "query", "Contacts", "mail"),
    Spot("see the record", "retrieve", "Contacts"),
    Spot("find the mail", "query", "Messages"),
    Spot("store the mail", "create", "Messages"),
    Spot("read back", "query", "Documents"),
    Spot("store a file alone", "create", "Documents", alone=True),
    Spot("correct the date", "revise", "Messages", abroad=True),
    Spot("relate the mail", "relate", "Messages"),
    Spot("relate a document", "relate", "Documents"),
    Spot("delete a document", "delete", "Documents", "cancel"),
    Spot("delete the mail", "delete", "Messages", "cancel"),
)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong: a `Fault` without its call. ``before`` the CRM handled the call, or ``after``."""

    kind: str
    when: str
    after_bytes: int | None = None
    delay: float = 0.0

    @property
    def name(self) -> str:
        """For people."""
        place = "" if self.after_bytes is None else f" at byte {self.after_bytes}"
        return f"{self.kind} {self.when}{place}"

    @property
    def harmless(self) -> bool:
        """Whether the right answer comes all the same."""
        return self.kind == "slow"

    def at(self, spot: Spot, times: int = 1) -> Fault:
        """The fault for one call."""
        return Fault(
            spot.operation, self.kind, spot.module, self.when, times, after_bytes=self.after_bytes, delay=self.delay
        )


_ANSWERS = (
    "error_500", "fatal_500", "permission_500", "unauthorized_401", "too_large_413", "maintenance_503", "empty_json",
    "truncated_json", "html",
)  # fmt: skip
TROUBLES = (
    *(Trouble("never_answers", when) for when in ("before", "after")),
    Trouble("never_answers", "before", after_bytes=400),
    Trouble("reset", "before"),
    Trouble("reset", "before", after_bytes=400),
    Trouble("reset", "after"),
    Trouble("reset", "after", after_bytes=0),
    *(Trouble(kind, when) for kind in _ANSWERS for when in ("before", "after")),
    *(Trouble("slow", when, delay=0.05) for when in ("before", "after")),
)
"""A time-out, a reset in the middle of the request, before and after the CRM handled it, and so on."""


@dataclass(frozen=True)
class Case:
    """One field of the matrix."""

    spot: Spot
    trouble: Trouble

    def __str__(self) -> str:
        return f"{self.spot.name}: {self.trouble.name}"

    @property
    def fault(self) -> Fault:
        """The fault for the sandbox."""
        return self.trouble.at(self.spot)


CASES = tuple(
    Case(spot, trouble)
    for spot in SPOTS
    for trouble in TROUBLES
    # In the middle of the request: only uploads are large enough to have one.
    if spot.operation == "create" or not trouble.at(spot).strikes_upload
)


def mail_of(number: int, *, files: int = 3, subject: str = "") -> Mail:
    """A mail of its own: two of its attachments share name and size, but not their bytes; one is an inline picture."""
    message = EmailMessage()
    message["From"] = f"Mary Smith <{SENDER}>"
    message["To"] = "Sales <sales@ourcompany.example>"
    message["Subject"] = subject or f"Fault {number}"
    message["Date"] = datetime.datetime(2026, 11, 3, 9, number % 60, tzinfo=datetime.UTC)
    message["Message-ID"] = f"<fault-{number}@northwind.example>"
    message.set_content("Dear all,\r\nplease see the attachments.\r\n")
    message.add_alternative('<p>Dear all, <b>please</b> see <img src="cid:logo"></p>', subtype="html")
    kinds = (("report_1.txt", False), ("report_1.txt", False), ("logo.png", True))
    for index in range(files):
        name, inline = kinds[index % len(kinds)]
        content = f"{number:06d}/{index:06d}:".encode() + hashlib.sha256(f"{number}/{index}".encode()).digest()
        message.add_attachment(
            content,
            *("image/png" if inline else "application/octet-stream").split("/"),
            filename=name,
            disposition="inline" if inline else "attachment",
            cid="<logo>" if inline else None,
        )
    return read(message.as_bytes())


@dataclass
class Tally:
    """What became of the mails of many cases: everything but ``cases`` has to stay 0."""

    cases: int = 0
    lost: int = 0
    doubled: int = 0
    misfiled: int = 0
    lies: int = 0
    stuck: int = 0
    findings: list[str] = field(default_factory=list)

    def find(self, kind: str, what: str) -> None:
        """Note a finding; kind is the name of a counter."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.findings.append(f"{kind}: {what}")

    def tell(self, config: pytest.Config, what: str) -> None:
        """Have the count reported when all tests are done (`tallies`)."""
        tallies.tell(config, what, {name: count for name, count in vars(self).items() if isinstance(count, int)})

    def audit(self, crm: SandboxCrm, mail: Mail, records: Iterable[str]) -> None:
        """Count what is wrong with a mail that should be linked to exactly these records."""
        for kind, what in wrong_with(crm, mail, set(records)):
            self.find(kind, what)


def wrong_with(crm: SandboxCrm, mail: Mail, records: set[str]) -> Iterator[tuple[str, str]]:
    """What is not as it should be with a mail in a CRM that holds no other one with the same contents."""
    copies = [one for one in crm.messages() if one["messageid"] == mail.internet_message_id]
    if not copies and records:
        yield "lost", "the mail"
    if len(copies) > 1 or (copies and not records):
        yield "doubled", f"{len(copies)} copies of the mail"
    yield from _wrong_files(crm, mail, wanted=bool(records))
    documents = {digest(crm.file(one.id)): one.id for one in crm.documents() if one.has_file}
    mine = {documents[one] for one in map(digest, contents(mail)) if one in documents}
    for record in everything(crm):
        messages = {one.id for one in crm.linked_messages(record)} & {one.id for one in copies}
        linked = {one.id for one in crm.linked_documents(record)} & mine
        if record in records:
            if not messages:
                yield "lost", f"the mail's relation to {record}"
            if linked != mine:
                yield "lost", f"relations of documents to {record}: {sorted(mine - linked)}"
        elif messages or linked:
            yield "misfiled", f"at {record}: {sorted(messages | linked)}"


def _wrong_files(crm: SandboxCrm, mail: Mail, *, wanted: bool) -> Iterator[tuple[str, str]]:
    """Files are told apart by their bytes, which no two mails of the tests share."""
    sent = Counter(map(digest, contents(mail)))
    stored = Counter(digest(crm.file(one.id)) for one in crm.documents() if one.has_file)
    for one, count in sent.items():
        if wanted and stored[one] < count:
            yield "lost", "a file"
        if stored[one] > (count if wanted else 0):
            yield "doubled", f"a file, {stored[one]} times"


def everything(crm: SandboxCrm) -> list[str]:
    """The ids of the records to which a mail could be linked."""
    modules = ("Contacts", "Accounts", "Potentials", "HelpDesk", "Leads", "Vendors")
    return [one for module in modules for one in crm.ids(module)]


def contents(mail: Mail) -> list[bytes]:
    """The bytes of the attachments."""
    return [one.content for one in mail.attachments]


def digest(content: bytes) -> str:
    """What tells contents apart."""
    return hashlib.sha256(content).hexdigest()


def untrue(crm: SandboxCrm, mail: Mail, sentences: Iterable[str]) -> list[str]:
    """Which of the sentences under "In the CRM now" say more, or less, than the CRM shows."""
    copies = [one for one in crm.messages() if one["messageid"] == mail.internet_message_id]
    stored = Counter(digest(crm.file(one.id)) for one in crm.documents() if one.has_file)
    there = sum((Counter(map(digest, contents(mail))) & stored).values())
    wrong = []
    for sentence in sentences:
        if sentence.startswith("Nothing of this mail was stored"):
            right = not copies and not there
        elif sentence.startswith(("The mail is stored", "The mail had been stored")):
            right = bool(copies)
        elif " of " in sentence and "attachment" in sentence:
            right = int(sentence.split()[0]) <= there
        elif sentence.startswith("It is linked to"):
            right = bool(copies)
        else:
            right = sentence.startswith(
                (
                    "This attempt stored nothing",
                    "Taking back",
                    "It is not known whether the mail arrived",
                    "It is not linked yet to",
                    "Whether it is linked to",
                    "Which attachments arrived is",
                )
            )
        if not right:
            wrong.append(sentence)
    return wrong
