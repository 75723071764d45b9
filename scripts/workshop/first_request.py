"""The request that the pane sends first, as Python makes it, for ``pane/first.js``, which sends it while Python starts.

The real app is started on CPython with a kept sign-in, before a mailbox that tells a mail's properties and nothing
more, and a CRM that answers one request or none. What it asks the CRM for is the request; of a sample mail, with marks
in the place of what is the mail's own, it is what the build puts into the script.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workshop import boot_set, first_rows
from workshop.checkout import connector_importable

if TYPE_CHECKING:
    from connector.app.state import State
    from connector.ports import Kept, RawAddress, RawMail, Request, Response

TURNS = 30
"""Turns of the event loop, after which whatever the app begins with has been begun."""
SAMPLE = {
    "mail": "sample.person@sample-company.example",
    "domain": "sample-company.example",
    "id": "<sample-id@sample-company.example>",
    "subject": "Sample subject",
    "crm": "https://sample-crm.example/crm",
    "token": "sample-token",
    "recent": '[\\"99998x99999\\"]',
}
"""What stands in the sample request, by the marks' names."""
OWNER = "sample.owner@sample-organization.example"


class Unfit(Exception):
    """Of the sample no request can be made."""


class _Never:
    """What is awaited for good."""

    def __await__(self) -> Any:
        return asyncio.get_running_loop().create_future().__await__()


class _Silent:
    """A part of the surroundings that never answers."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: _Never()


@dataclass
class _Mailbox(_Silent):
    raw: RawMail
    owner: RawAddress

    def shows(self, traits: object) -> bool:
        return traits == self.raw.traits

    def mail(self) -> RawMail:
        return self.raw

    def instead(self) -> str:
        """Nothing else is open."""
        return ""

    def reads_files(self) -> bool:
        return True


@dataclass
class _Store(_Silent):
    kept: Kept

    async def load(self) -> Kept:
        return self.kept

    def preference(self, name: str) -> str:
        return "yes" if name == "keep" else ""


@dataclass
class _Settings(_Silent):
    lately: str

    def read(self, name: str) -> str:
        return self.lately if name == "lately" else ""


class _Clock(_Silent):
    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)


class _Transport(_Silent):
    """Answers the first request with ``answer``, and nothing else ever."""

    def __init__(self, answer: Response | None) -> None:
        self.sent: list[Request] = []
        self.answer = answer

    async def send(self, request: Request, **_: Any) -> Response:
        self.sent.append(request)
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        if self.answer is not None and _is_first(request):
            answer.set_result(self.answer)
        return await answer


def opened(
    raw: RawMail,
    owner: RawAddress,
    kept: Kept,
    config: Mapping[str, Any],
    lately: str = "",
    answer: Response | None = None,
) -> tuple[list[Request], State]:
    """Start the app on this mail: what it asks the CRM for, and its state once the first request is answered.

    ``lately`` is what the mailbox's settings say of records that were chosen before (`connector.finding.recent`).
    """
    from connector.app.effects import App
    from connector.app.settings import settings_from
    from connector.app.state import State
    from connector.ports import Ports

    async def run() -> tuple[list[Request], State]:
        transport, shown = _Transport(answer), [State()]
        parts = {"mailbox": _Mailbox(raw, owner), "transport": transport, "store": _Store(kept), "clock": _Clock()}
        parts |= {"dialog": _Silent(), "surroundings": _Silent(), "settings": _Settings(lately)}
        ports = Ports(**cast(Any, parts))
        await App(ports, shown.append).start(settings_from(config))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return transport.sent, shown[-1]

    # In a thread: whoever builds may have an event loop that runs.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def _is_first(request: Request) -> bool:
    from connector.vtenext.component.finding import FIND

    return request.url.endswith(f"/{FIND}")


def first_request(
    raw: RawMail, owner: RawAddress, kept: Kept, config: Mapping[str, Any], lately: str = ""
) -> Request | None:
    """Return what the app asks the CRM for when it starts on this mail; None where it asks nothing."""
    return next(filter(_is_first, opened(raw, owner, kept, config, lately)[0]), None)


def shape() -> dict[str, Any]:
    """Return what ``pane/first.js`` is given: the sample's request with its marks, and what belongs to it."""
    from connector.finding.recent import Recent, owner_of
    from connector.mail.machines import PROGRAMS
    from connector.mail.publicdomains import PUBLIC_DOMAINS
    from connector.ports import Kept, RawAddress, RawMail
    from connector.vtenext.wire import MANNER

    person, owner = RawAddress("Sample Person", SAMPLE["mail"]), RawAddress("Sample Owner", OWNER)
    raw = RawMail(
        item_id="sample-item",
        subject=SAMPLE["subject"],
        sender=person,
        author=person,
        to=(owner,),
        cc=(),
        created=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        message_id=SAMPLE["id"],
        conversation_id="sample-conversation",
        attachments=(),
    )
    kept = Kept(SAMPLE["crm"], "sample.user", token=SAMPLE["token"])
    before = Recent(owner_of(kept.crm_url, kept.user)).chosen([person.address], {"99998x99999": "Contacts"})
    requests = [first_request(raw, owner, kept, {}, lately) for lately in ("", before.text)]
    request = requests[0]
    bodies = [one.body for one in requests if one is not None and one.body is not None]
    if request is None or len(bodies) != len(requests):
        raise Unfit("The app asks nothing about a plain mail.")
    return {
        "url": _marked(request.url),
        "bodies": [_marked(body) for body in bodies],
        "headers": {name: _marked(value) for name, value in request.headers.items()},
        "manner": dict(MANNER),
        "programs": sorted(PROGRAMS),
        "providers": sorted({domain.partition(".")[0] for domain in PUBLIC_DOMAINS}),
    }


def _marked(text: str) -> str:
    for name, sample in sorted(SAMPLE.items(), key=lambda one: -len(one[1])):
        text = text.replace(sample, f"{{{name}}}")
    if "sample" in text.lower() or "9999" in text:
        raise Unfit(f"The first request holds more of a mail than pane/first.js knows of: {text}")
    return text


def install(script: Path) -> None:
    """Write it, and the rows of its answer, into the script of a built pane. Raises Unfit, `boot_set.Unfit`."""
    with connector_importable():
        made = {**shape(), "rows": first_rows.mould()}
    boot_set.fill(script, made)
