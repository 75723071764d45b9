"""The CRM as the signed-in user may use it: stock operations over a transport.

Lock-out safety (vtenext locks a user after five failed authentications): whenever nothing is under
way, one call goes first and alone; the others wait until its answer has shown that the key is good.
Once a key has answered 401 no further request is made with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from connector.errors import AnswerUnreadable, PermissionDenied, RecordRefused
from connector.finding.records import Module, Shape, is_record_id, linkable, modules_from, shape_from
from connector.linking.prefetch import may_fail
from connector.ports import FormFile, Progress, Request, Text, Transport
from connector.vtenext import pieces, wire
from connector.vtenext.component.operations import answered
from connector.vtenext.component.question import Question
from connector.vtenext.exchange import exchange
from connector.vtenext.gate import Gate
from connector.vtenext.session import Session

Row = Mapping[str, Any]
T = TypeVar("T")


class CrmClient:
    """Calls operations as one user. What it learns of the CRM's structure lives as long as the object."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self.session = session
        self._transport = transport
        self._gate = Gate(careful=not session.token)
        self._shapes: dict[str, asyncio.Task[Shape]] = {}
        self._lists: dict[str, asyncio.Task[tuple[Module, ...]]] = {}

    async def call(
        self, operation: str, parameters: Mapping[str, str], encoded: Mapping[str, Text] | None = None
    ) -> Any:
        """Call an operation; returns its ``data``. Raises `AnswerError` or `ReachError`.

        ``encoded`` are the parameters that vtenext takes as JSON text.
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
        credentials = (session.user, session.access_key)
        return wire.request(
            session.crm_url, operation, parameters, credentials=credentials, files=files, encoded=encoded
        )

    async def _send(self, request: Request, operation: str, progress: Progress | None = None) -> Any:
        return await exchange(self._transport, self.session.crm_url, request, operation, progress=progress, known=True)

    async def ask_component(self, question: Question, progress: Progress | None = None) -> Any:
        """Call an operation of the component that needs a token; returns its result.

        One with pieces or files may take long, so no other call waits for it.
        """
        beside = self._gate.pass_beside if question.encoded or question.files else self._gate.pass_through
        asking = self._asking(question)
        _, result = await beside(
            answered(self._transport, self.session.crm_url, question.operation, asking, progress, known=True)
        )
        return result

    def prepare_component(self, question: Question) -> None:
        """Do of an `ask_component` that is likely to come what can be done before."""
        self._transport.prepare(self._asking(question))

    def _asking(self, question: Question) -> Request:
        return wire.request(
            self.session.crm_url,
            question.operation,
            question.parameters,
            credentials=None,
            bearer=self.session.token,
            files=question.files,
            encoded=question.encoded,
        )

    async def query(self, statement: str) -> list[Row]:
        """Run a VTQL query (`connector.vtenext.stock.vtql`); rows whose ids have an unexpected form are left out.

        Raises `AnswerUnreadable` where there is nothing else: that is no empty answer.
        """
        data = await self.call("query", {"query": statement})
        if data is None:
            return []
        if not isinstance(data, list):
            raise AnswerUnreadable(reason="query")
        rows: list[Row] = [row for row in data if isinstance(row, dict) and is_record_id(row.get("id"))]
        if data and not rows:
            raise AnswerUnreadable(reason="query")
        return rows

    async def retrieve(self, record_id: str) -> Row:
        """Read a record; raises `RecordRefused` where the CRM does not show it to this user."""
        try:
            data = await self.call("retrieve", {"id": record_id})
        except PermissionDenied as error:
            raise RecordRefused(**error.details) from error
        if isinstance(data, dict) and data and not any(data.values()):
            # A lead that was converted: nobody is shown it any more.
            raise RecordRefused(gone="yes")
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
        return self._request("create", {"elementType": module}, {"element": pieces.element(fields)}, files)

    def prepare_mail(self, fields: Mapping[str, str | Text], files: Sequence[FormFile]) -> None:
        """Do of a `create` of a mail that is likely to come what can be done before."""
        self._transport.prepare(self._creation("Messages", fields, files))

    async def revise(
        self,
        record_id: str,
        fields: Mapping[str, str | Text],
        *,
        files: Sequence[FormFile] = (),
        progress: Progress | None = None,
    ) -> Row:
        """Change fields of a record; returns it as stored, empty where the answer lacks it.

        A mail takes further files, as those that came with it; which of them arrived shows in its Documents.
        """
        element = pieces.element({"id": record_id, **fields})
        sending = self._send(self._request("revise", {}, {"element": element}, files), "revise", progress)
        data = await (self._gate.pass_beside(sending) if files else self._gate.pass_through(sending))
        return data if isinstance(data, dict) and data.get("id") == record_id else {}

    async def relate(self, source: str, targets: Sequence[str]) -> None:
        """Put ``source`` (a mail or a document) into the relationship of each target; repeating is harmless."""
        await self.call("relate", {"id": source, "relationid": ""}, {"relatelist": pieces.listing(targets)})

    async def may_store_mails(self) -> bool:
        """Whether the CRM says that the user may create mails."""
        data = await self.call("describe", {"elementType": "Messages"})
        return isinstance(data, dict) and data.get("createable") is True

    async def delete(self, record_id: str) -> None:
        """Delete a record."""
        await self.call("delete", {"id": record_id})

    async def mail_modules(self) -> tuple[Module, ...]:
        """The modules in which this user sees an e-mail field and which can take a mail."""
        return linkable(await self._listed('["email"]'))

    async def modules(self) -> tuple[Module, ...]:
        """Return all modules whose records can take a mail, as far as that is known beforehand."""
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
        answered = task is not None and task.done() and not task.cancelled() and task.exception() is None
        return task.result() if answered and task is not None else None

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
    # Not asyncio.shield: it reports an error to the console when the one who asked has been cancelled meanwhile.
    await asyncio.wait([task])
    return task.result()
