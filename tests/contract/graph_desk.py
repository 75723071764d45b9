"""A mail that is open in an Outlook, and Microsoft Graph beside it: the fixture ``opened`` of Graph's tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from connector.errors import SourceError
from connector.graph.addresses import rest_id
from connector.ports import CloudLink, FileHandle, RawAttachment
from contract.graph_http import CLIENT, plain_graph
from contract.lying_outlook import LyingOutlook
from contract.office import sample
from contract.surroundings import Files, SystemClock
from standin_outlook.graph import Entra, Graph
from standin_outlook.mail import Attachment, Format, Kind, Mail
from standin_outlook.mails import Mailbox
from standin_outlook.manners import Manners
from unit.virtual_time import VirtualLoop

T = TypeVar("T")
LARGE = bytes(range(256)) * 40
CLAIMS = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1"}}})
ANOTHER = replace(sample("plain-ascii"), item_id="AAanother/+=")


def with_files(*contents: bytes, name: str = "a.bin") -> Mail:
    """A mail with these files, all of one name."""
    files = [Attachment(name, "application/pdf", Kind.FILE, Format.BASE64, one) for one in contents]
    return replace(sample("plain-ascii"), attachments=tuple(files))


class Desk:
    """A mail that is open in an Outlook of these manners, and Graph beside it."""

    def __init__(self, mail: Mail, manners: Manners | None = None, **graph: Any) -> None:
        manners = manners or Manners()
        self.mail, self.files, self.clock = mail, Files(), SystemClock()
        self.outlook = LyingOutlook(self.files, manners)
        self.outlook.select(mail)
        self.entra = Entra(CLIENT)
        self.graph = Graph(Mailbox([mail, ANOTHER], manners=manners), self.entra, **graph)
        self.source, self.broker = plain_graph(self.outlook, self.graph, self.files, self.clock)
        self.loop = VirtualLoop()
        self.open_mails = {rest_id(mail.item_id)}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def listed(self) -> tuple[RawAttachment, ...]:
        raw = self.outlook.mail()
        assert raw is not None
        return raw.attachments

    def read(self, at: int = 0) -> bytes:
        """The bytes of an attachment, which nobody holds any more then."""
        return self.content(self.do(self.source.read_file(self.listed()[at])))

    def content(self, read: FileHandle | CloudLink) -> bytes:
        assert isinstance(read, FileHandle)
        content, _ = self.files.held.pop(read.key)
        assert len(content) == read.size
        assert self.files.held == {}, "no part of anything stays"
        return content

    def refused(self, at: int = 0) -> SourceError:
        """Why an attachment can't be had."""
        with pytest.raises(SourceError) as refusal:
            self.read(at)
        assert self.files.held == {}
        return refusal.value

    def asked(self, what: str = "content") -> list[str]:
        """From which byte on, for each answer of this kind."""
        return [one.headers.get("range", "") for one in self.graph.log if one.what == what]

    def close(self) -> None:
        """Whatever happened, nothing was asked but the open mail, and the token stood in its place alone."""
        tokens = set(self.entra.given)
        for one in self.graph.log:
            assert one.path.split("/messages/")[1].split("/")[0] in self.open_mails
            assert one.method == "GET"
            assert one.what
            assert "cookie" not in one.headers
            for name, value in one.headers.items():
                assert name == "authorization" or not any(token in value for token in tokens)
            assert not any(token in f"{one.path}?{one.query}" for token in tokens)
        self.do(asyncio.sleep(1))  # the stand-in hears who has gone
        self.loop.close()


Opened = Callable[..., Desk]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens desks; afterwards nothing may have been asked that is not to be asked."""
    desks: list[Desk] = []

    def one(*arguments: Any, **graph: Any) -> Desk:
        desks.append(Desk(*arguments, **graph))
        return desks[-1]

    yield one
    for at in desks:
        at.close()
