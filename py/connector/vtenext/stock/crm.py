"""The CRM by the operations that every vtenext has: lists, descriptions, queries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from connector.errors import AnswerError, OperationMissing, SignInNeeded
from connector.finding.card import Card
from connector.finding.otherside import OtherSide
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.mail.mail import Mail
from connector.making.form import Form
from connector.vtenext.client import CrmClient
from connector.vtenext.crm import NOTHING, Capabilities, Look
from connector.vtenext.stock.commenting import commentable
from connector.vtenext.stock.search import search
from connector.vtenext.stock.suggestions import suggest


class StockCrm:
    """A `connector.vtenext.crm.Crm`. A user sees only own mails this way."""

    capabilities = Capabilities()

    def __init__(self, client: CrmClient) -> None:
        self._client = client

    async def look(self, mail: Mail, side: OtherSide, recent: Mapping[str, str] = NOTHING) -> AsyncIterator[Look]:
        """Yield the suggestions: people first, then their companies and open cases."""
        async for look in suggest(self._client, side, mail.subject, recent):
            yield look

    async def modules(self) -> tuple[Module, ...]:
        """Return the modules whose records can take a mail, as far as that is known beforehand."""
        return await self._client.modules()

    async def file_limit(self) -> int:
        """Return what the CRM says itself; 0 when it does not say, or fails to.

        It is 3,000,000 wherever PHP's own limit is not written in M, and nothing holds anybody to it.
        """
        try:
            shape = await self._client.shape("Documents")
        except SignInNeeded:
            raise
        except AnswerError:
            return 0
        field = shape.field("filename")
        return field.max_file if field else 0

    async def most_files(self) -> int:
        """Return 0: no stock operation tells it."""
        return 0

    async def commentable(self) -> frozenset[str]:
        """Return the modules to which comments may point, as the CRM describes them."""
        return await commentable(self._client)

    async def search(self, text: str, module: str = "") -> AsyncIterator[Results]:
        """Find records by queries for every word anywhere in names, numbers and addresses."""
        async for results in search(self._client, await self._client.modules(), module, text):
            yield results

    async def card(self, record: str) -> Card:
        """Answer none: it would take seven questions, and not everybody is shown the owner's name."""
        raise OperationMissing(operation="mailconnectorrecord")

    async def unlink(self, copy: str, record: str, subject: str) -> None:
        """Take nothing away: no stock operation does, nor tells who has related what."""
        raise OperationMissing(operation="mailconnectortakeback")

    async def add_address(self, record: str, address: str) -> Card:
        """Change nothing; no card of this way says that a record takes an address."""
        raise OperationMissing(operation="mailconnectoraddaddress")

    async def forms(self) -> tuple[Form, ...]:
        """Return none: the stock operation makes a record twice where an answer is lost, and checks no reference."""
        return ()

    async def make(self, module: str, texts: Mapping[str, str], record: str = "") -> Record:
        """Make nothing; the CRM's own page does."""
        raise OperationMissing(operation="mailconnectorcreate")
