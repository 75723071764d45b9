"""A CRM and everything that a user needs to link to it, without a browser."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.app.links import stored_name_of
from connector.finding.records import Record
from connector.linking.link import Link, LinkPlan, begin
from connector.linking.linker import Linker
from connector.linking.sources import Sources
from connector.linking.storage import Storage
from connector.linking.zone import ServerZone
from connector.mail.mail import mail_from
from connector.mail.ours import ours_of
from connector.signin.password import sign_in
from connector.vtenext.client import CrmClient
from connector.vtenext.component import operations as component
from connector.vtenext.doors import storing
from connector.vtenext.session import Session
from contract.plain_http import PlainHttp
from contract.surroundings import Files, MailFileMailbox, SystemClock
from contract.wire import Wire
from mails.samples import SAMPLES
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.users import SEED_USERS
from standin_outlook.mails import Format, Mail

PASSWORDS = {user.name: user.password for user in SEED_USERS}


def seed_record(crm: SandboxCrm, module: str, **fields: str) -> Record:
    """A record of the seed, as a user would choose it."""
    return Record(crm.find(module, **fields).id, module, " ".join(fields.values()))


@dataclass
class Office:
    """One user's surroundings. ``states`` holds every state that a link went through."""

    crm: SandboxCrm
    url: str
    files: Files
    transport: PlainHttp
    mailbox: MailFileMailbox
    clock: SystemClock
    states: list[Link] = field(default_factory=list)
    storages: dict[CrmClient, Storage] = field(default_factory=dict)

    @classmethod
    def over(cls, crm: SandboxCrm, server_url: str = "") -> Office:
        """An office whose CRM answers at this server; without one it is asked over a `Wire`, which needs none."""
        files = Files()
        wire = None if server_url else Wire(create_app(crm))
        transport = PlainHttp(files, lambda: crm.faults.held.values(), wire)
        url = (server_url or "http://localhost") + crm.path_prefix
        return cls(crm, url, files, transport, MailFileMailbox(files), SystemClock())

    @classmethod
    @contextmanager
    def served(cls, crm: SandboxCrm | None = None) -> Iterator[Office]:
        """An office whose CRM answers for as long: this one, or a new one that is closed then."""
        own = crm or SandboxCrm()
        yield cls.over(own)
        if crm is None:
            own.close()

    def record(self, module: str, **fields: str) -> Record:
        """A record of the seed, as a user would choose it."""
        return seed_record(self.crm, module, **fields)

    async def client(self, user: str = "agent") -> CrmClient:
        """A signed-in client."""
        return CrmClient(self.transport, await sign_in(self.transport, self.url, user, PASSWORDS[user]))

    async def component_client(self, user: str = "agent") -> CrmClient:
        """A client that is signed in by the component."""
        signing = component.sign_in(
            self.transport, self.url, user, PASSWORDS[user], code="", stay=False, device="Tests", pane="1.0.0"
        )
        session = await signing
        assert isinstance(session, Session)
        return CrmClient(self.transport, session)

    def plan(self, mail: Mail, *records: Record) -> Link:
        """A link that is about to begin, with the mail open in Outlook."""
        self.mailbox.open = mail
        raw = self.mailbox.mail()
        assert raw is not None
        return begin(LinkPlan(mail_from(raw, ours_of(self.mailbox.owner)), records), stored_name_of)

    def linker(self, client: CrmClient) -> Linker:
        """A linker for the client."""
        return Linker(
            self.storage(client), Sources(self.mailbox), self.clock, ServerZone.guess(self.clock), self.states.append
        )

    def storage(self, client: CrmClient) -> Storage:
        """Where the client stores mails; the same for one sign-in, as in the pane."""
        return self.storages.setdefault(client, storing(client))

    def link(self, mail: Mail, *records: Record, user: str = "agent") -> Link:
        """Sign in, link, and return the outcome."""

        async def work() -> Link:
            return await self.linker(await self.client(user)).run(self.plan(mail, *records))

        return asyncio.run(work())


def sample(name: str) -> Mail:
    """A sample mail by its file's name."""
    return next(mail for mail in SAMPLES if Path(mail.source).stem == name)


def digests(contents: Iterable[bytes]) -> list[str]:
    """What tells contents apart, in an order that does not depend on theirs."""
    return sorted(hashlib.sha256(content).hexdigest() for content in contents)


def files_of(mail: Mail) -> list[bytes]:
    """The contents of the mail's files; a cloud link has none."""
    return [one.content for one in mail.attachments if one.format is not Format.URL]
