"""The CRM as the signed-in user may use it: stock operations over a transport.

Lock-out safety (vtenext locks a user after five failed authentications): whenever nothing is under
way, one call goes first and alone; the others wait until its answer has shown that the key is good.
Once a key has answered 401 no further request is made with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from connector.crm import wire
from connector.crm.component import ask, result_of
from connector.crm.early import Ahead, may_fail
from connector.crm.exchange import exchange
from connector.crm.gate import Gate
from connector.crm.url import host
from connector.domain.records import Module, Shape, is_record_id, linkable, modules_from, shape_from
from connector.domain.session import Session
from connector.errors import AnswerUnreadable, ComponentMissing, OperationMissing, PermissionDenied, RecordRefused
from connector.ports import FormFile, Progress, Request, Text, Transport

Row = Mapping[str, Any]
COMPONENT_CALL = "mailconnectorcall"
WHOLE = "mailconnectorlink"
FILL = "mailconnectorfill"
T = TypeVar("T")


class CrmClient:
    """Calls operations as one user. What it learns of the CRM's structure lives as long as the object."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self.session = session
        self.relates_several: bool | None = None if session.token else False
        """Whether the component relates several records in one request; None before it was asked."""
        self.links_whole: bool | None = None if session.token else False
        """Whether the component stores and relates a mail in one request; None before it was asked."""
        self.storing = asyncio.Lock()
        """Held while a mail is stored and read back: its Documents are those that come next."""
        self.most_files: int | None = None
        """How many files of a request the CRM takes, once it took fewer than were sent."""
        self.ahead = Ahead()
        """What was asked before it is needed, with this sign-in."""
        self._transport = transport
        self._gate = Gate(careful=not session.token)
        self._shapes: dict[str, asyncio.Task[Shape]] = {}
        self._lists: dict[str, asyncio.Task[tuple[Module, ...]]] = {}

    async def call(
        self, operation: str, parameters: Mapping[str, str], encoded: Mapping[str, Text] | None = None
    ) -> Any:
        """Call an operation; returns its ``data``. Raises `AnswerError` or `ReachError`.

        ``encoded`` holds the parameters that vtenext takes as JSON text.
        """
        return await self._gate.pass_through(self._send(self._request(operation, parameters, encoded), operation))

    def _request(
        self,
        operation: str,
        parameters: Mapping[str, str],
        encoded: Mapping[str, Text] | None = None,
        files: Sequence[FormFile] = (),
    ) -> Request:
        session = self.session
        if session.token:
            # The component runs the stock operation as the token's user.
            wrapped = {"operation": operation, **parameters}
            return wire.request(
                session.crm_url,
                COMPONENT_CALL,
                wrapped,
                credentials=None,
                bearer=session.token,
                files=files,
                encoded=encoded,
            )
        credentials = (session.user, session.access_key)
        return wire.request(
            session.crm_url, operation, parameters, credentials=credentials, files=files, encoded=encoded
        )

    async def _send(self, request: Request, operation: str, progress: Progress | None = None) -> Any:
        crm_url = self.session.crm_url
        try:
            data = await exchange(self._transport, crm_url, request, operation, progress=progress, known=True)
        except OperationMissing:
            if self.session.token and operation != WHOLE:
                raise ComponentMissing(host=host(crm_url)) from None
            raise
        return result_of(data, crm_url) if self.session.token else data

    async def ask_component(self, operation: str, parameters: Mapping[str, str]) -> Any:
        """Call an operation of the component that needs a token; returns its result."""
        session = self.session

        async def send() -> Any:
            _, result = await ask(self._transport, session.crm_url, operation, parameters, session.token)
            return result

        return await self._gate.pass_through(send())

    async def query(self, statement: str) -> list[Row]:
        """Run a VTQL query made by `connector.crm.vtql`; rows whose ids have an unexpected form are left out."""
        data = await self.call("query", {"query": statement})
        if data is None:
            return []
        if not isinstance(data, list):
            raise AnswerUnreadable(reason="query")
        return [row for row in data if isinstance(row, dict) and is_record_id(row.get("id"))]

    async def retrieve(self, record_id: str) -> Row:
        """Read a record; raises `RecordRefused` where the CRM does not show it to this user."""
        try:
            data = await self.call("retrieve", {"id": record_id})
        except PermissionDenied as error:
            raise RecordRefused(**error.details) from error
        if not isinstance(data, dict) or data.get("id") != record_id:
            raise AnswerUnreadable(reason="retrieve")
        return data

    async def create(
        self,
        module: str,
        fields: Mapping[str, str | Text],
        *,
        files: Sequence[FormFile] = (),
        progress: Progress | None = None,
    ) -> Row:
        """Create a record, with files; returns it as stored. It may take long, so no other call waits for it."""
        sending = self._send(self._creation(module, fields, files), "create", progress)
        return _created(await self._gate.pass_beside(sending))

    def _creation(self, module: str, fields: Mapping[str, str | Text], files: Sequence[FormFile]) -> Request:
        return self._request("create", {"elementType": module}, {"element": wire.element(fields)}, files)

    async def store_mail(
        self,
        fields: Mapping[str, str | Text],
        files: Sequence[FormFile],
        targets: Sequence[str],
        progress: Progress | None = None,
    ) -> tuple[Row, Mapping[str, Any]]:
        """Store a mail; with ``targets`` the component relates it to them, too (`links_whole`).

        Returns the record as stored, and what the component told of the rest (`connector.crm.whole`); nothing where
        it only stored the mail.
        """
        if not targets:
            return await self.create("Messages", fields, files=files, progress=progress), {}
        sending = self._send(self._mail(fields, files, targets), WHOLE, progress)
        try:
            result = await self._gate.pass_beside(sending)
        except OperationMissing:
            # Another component by now.
            self.links_whole = False
            return await self.store_mail(fields, files, (), progress)
        if not isinstance(result, dict):
            raise AnswerUnreadable(reason=WHOLE)
        return _created(result.get("message")), result

    def prepare_mail(self, fields: Mapping[str, str | Text], files: Sequence[FormFile], targets: Sequence[str]) -> None:
        """Do of a `store_mail` that is likely to come what can be done before."""
        self._transport.prepare(self._mail(fields, files, targets))

    def _mail(self, fields: Mapping[str, str | Text], files: Sequence[FormFile], targets: Sequence[str]) -> Request:
        if not targets:
            return self._creation("Messages", fields, files)
        session = self.session
        encoded = {"element": wire.element(fields), "targets": wire.listing(targets)}
        return wire.request(
            session.crm_url, WHOLE, {}, credentials=None, bearer=session.token, files=files, encoded=encoded
        )

    async def revise(
        self,
        record_id: str,
        fields: Mapping[str, str | Text],
        *,
        files: Sequence[FormFile] = (),
        progress: Progress | None = None,
    ) -> Row:
        """Change fields of a record; returns it as stored, empty where the CRM does not tell.

        A mail takes further files, as those that came with it; which of them arrived shows in its Documents.
        """
        element = wire.element({"id": record_id, **fields})
        sending = self._send(self._request("revise", {}, {"element": element}, files), "revise", progress)
        data = await (self._gate.pass_beside(sending) if files else self._gate.pass_through(sending))
        return data if isinstance(data, dict) and data.get("id") == record_id else {}

    async def fill_mail(self, record_id: str, text: Text) -> None:
        """Have the component give a stored mail the text that it lacks; what has a text keeps it."""
        session = self.session
        given, encoded = {"message": record_id}, {"html": text}
        request = wire.request(session.crm_url, FILL, given, credentials=None, bearer=session.token, encoded=encoded)
        await self._gate.pass_beside(self._send(request, FILL))

    async def relate(self, source: str, targets: Sequence[str]) -> None:
        """Put ``source`` (a mail or a document) into the relationship of each target; repeating is harmless."""
        await self.call("relate", {"id": source, "relationid": ""}, {"relatelist": wire.listing(targets)})

    async def may_store_mails(self) -> bool:
        """Whether a stock vtenext says that the user may create mails; the component takes what it refuses for that."""
        if self.session.token:
            return False
        data = await self.call("describe", {"elementType": "Messages"})
        return isinstance(data, dict) and data.get("createable") is True

    async def delete(self, record_id: str) -> None:
        """Delete a record."""
        await self.call("delete", {"id": record_id})

    async def mail_modules(self) -> tuple[Module, ...]:
        """The modules in which this user sees an e-mail field and which can take a mail."""
        return linkable(await self._listed('["email"]'))

    async def modules(self) -> tuple[Module, ...]:
        """All modules whose records can take a mail, as far as can be told beforehand."""
        return linkable(await self._listed(""))

    async def _listed(self, kinds: str) -> tuple[Module, ...]:
        async def ask() -> tuple[Module, ...]:
            data = await self.call("listtypes", {"fieldTypeList": kinds})
            try:
                return modules_from(data)
            except ValueError as error:
                raise AnswerUnreadable(reason="listtypes") from error

        return await _once(self._lists, kinds, ask)

    def described(self, module: str) -> Shape | None:
        """What the CRM has said of the module's records; None as long as it was not asked, or has not answered."""
        task = self._shapes.get(module)
        told = task is not None and task.done() and not task.cancelled() and task.exception() is None
        return task.result() if told and task is not None else None

    async def shape(self, module: str) -> Shape:
        """What the module's records look like, asked once. Raises `PermissionDenied` for a hidden module."""

        async def ask() -> Shape:
            data = await self.call("describe", {"elementType": module})
            try:
                return shape_from(data, module)
            except ValueError as error:
                raise AnswerUnreadable(reason="describe") from error

        return await _once(self._shapes, module, ask)


def _created(data: Any) -> Row:
    if not isinstance(data, dict) or not is_record_id(data.get("id")):
        raise AnswerUnreadable(reason="create")
    return data


async def _once(kept: dict[str, asyncio.Task[T]], key: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Share one question between all who ask it; a failure is not kept."""
    task = kept.get(key)
    if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
        task = kept[key] = asyncio.ensure_future(ask())
        may_fail(task)
    # Not asyncio.shield: it reports an error to the console when whoever asked has been cancelled meanwhile.
    await asyncio.wait([task])
    return task.result()
