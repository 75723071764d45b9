"""Microsoft Graph over HTTP, as far as it is about one mail: an ASGI application, with CORS as Graph has it.

Only what is asked for a mail by its id is answered. Whatever else is asked stands in ``log`` and gets 403.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import re
import socket
import struct
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from standin_outlook.graph import answers
from standin_outlook.graph.entra import Entra
from standin_outlook.graph.faults import Fault
from standin_outlook.items import SHARED
from standin_outlook.mail import Mail
from standin_outlook.mails import Mailbox

EXPOSED = (
    "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, "
    "SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant"
)
"""Headers that a page of another origin may read. Retry-After is none of them (microsoft-graph-docs #17488)."""
MOST_AT_ONCE = 4
"""Requests of an application for one mailbox; Exchange refuses the next one."""
NO_LINGER = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
PIECE = 256 * 1024
ON_ITS_WAY = 0.05
"""Seconds that a part of an answer gets to arrive before the connection breaks."""
WEB_PAGE = b"<!doctype html><title>Sign in to the network</title>"
_PATH = re.compile(r"/v1\.0/(me|users/[^/]+)/messages/([^/]+)(?:(/attachments)(?:/([^/]+))?)?(/\$value)?")


@dataclass(frozen=True)
class Asked:
    """A request that came: ``what`` it asks for (`Fault.what`), empty for anything that this is not for."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    what: str = ""
    status: int = 0


@dataclass(frozen=True)
class Answer:
    """``promised``: the length that it says it has, where it breaks off before. ``reset``: then, or without any.

    ``silent``: then nothing more comes, and the connection stays.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    reset: bool = False
    silent: bool = False
    open_to_pages: bool = True


@dataclass
class Graph:
    """Graph over one mailbox. ``ranges``: whether it hands out parts of files; None: a page that asks gets no answer.

    ``tags``: whether files have ETags. ``links``: whether it tells where attachments lead that are links.
    ``waits_told``: whether pages see for how long they should wait. ``served_as``: the type that all content gets.
    ``another``: its user is another than the one whose mail is open. ``log``: all that was asked.
    """

    mailbox: Mailbox
    entra: Entra
    ranges: bool | None = True
    tags: bool = True
    links: bool = False
    waits_told: bool = False
    another: bool = False
    served_as: str = ""
    faults: list[Fault] = field(default_factory=list)
    struck: list[Fault] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    changed: bool = False
    under_way: int = 0
    most_under_way: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["raw_path"].decode("ascii").partition("?")[0]
        asked = Asked(scope["method"], path, scope["query_string"].decode("ascii"), headers, _what(path))
        if asked.method == "OPTIONS":
            await _sent(receive, send, _preflight(headers))
            return
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            crowded = self.under_way > MOST_AT_ONCE
            answer = _refused(429, "ApplicationThrottled") if crowded else self._struck(asked) or self._answer(asked)
            self.log.append(replace(asked, status=answer.status))
            await _sent(receive, send, answer, f"{EXPOSED}, Retry-After" if self.waits_told else EXPOSED)
        finally:
            self.under_way -= 1

    def _struck(self, asked: Asked) -> Answer | None:
        """What a fault makes of it, where one waits for it; a fault that only spoils the answer comes later."""
        fault = next((one for one in self.faults if one.what in (asked.what, "*")), None)
        if fault is None:
            return None
        if fault.kind in ("challenge_401", "challenge_403"):
            if self._given(asked).claims == fault.value:
                return None
            challenge = base64.b64encode(fault.value.encode()).decode()
            told = f'Bearer realm="", error="insufficient_claims", claims="{challenge}"'
            refusal = {"WWW-Authenticate": told}
            return _refused(int(fault.kind[-3:]), "InvalidAuthenticationToken", refusal)
        at = self.faults.index(fault)
        self.faults[at : at + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
        self.struck.append(fault)
        if fault.kind == "refused_401":
            self.entra.given.pop(_token(asked), None)
            return None
        if fault.kind == "changed":
            self.changed = True
            return None
        return _of_fault(fault, self._answer(asked))

    def _given(self, asked: Asked) -> Any:
        return self.entra.given.get(_token(asked))

    def _answer(self, asked: Asked) -> Answer:
        given = self._given(asked)
        if given is None or time.time() >= given.until:
            return _refused(401, "InvalidAuthenticationToken", {"WWW-Authenticate": 'Bearer realm=""'})
        found = _PATH.fullmatch(asked.path)
        if found is None or asked.method != "GET" or not asked.what:
            return _refused(403, "ErrorAccessDenied")
        whose, mail_id, _, attachment_id, _ = (unquote(one) if one else "" for one in found.groups())
        if whose != "me":
            lent = self.mailbox.manners.shared == "given" and whose == f"users/{SHARED}"
            if "Mail.Read.Shared" not in given.scopes or not lent:
                return _refused(403, "ErrorAccessDenied")
        elif "Mail.Read" not in given.scopes:
            return _refused(403, "ErrorAccessDenied")
        elif self.mailbox.manners.shared == "given" or self.another:
            return _refused(404, "ErrorInvalidMailboxItemId")
        if set(mail_id + attachment_id) & set("+/"):
            return _refused(400, "ErrorInvalidIdMalformed")
        try:
            return self._of_mail(asked, answers.find(self.mailbox, mail_id), mail_id, attachment_id)
        except answers.Missing:
            return _refused(404, "ErrorItemNotFound")

    def _of_mail(self, asked: Asked, mail: Mail, mail_id: str, attachment_id: str) -> Answer:
        immutable = asked.headers.get("prefer") == 'IdType="ImmutableId"'
        if asked.what == "list":
            query = parse_qs(asked.query)
            skip = int(query.get("$skip", ["0"])[0])
            # Graph writes its own paths in another way than they are asked for.
            path = f"/v1.0/users('{quote(self.mailbox.user_address)}')/messages('{quote(mail_id)}')/attachments"
            address = f"https://graph.microsoft.com{path}?$select={query.get('$select', [''])[0]}"
            return _json(answers.listed(mail, self.mailbox, skip, immutable=immutable, address=address))
        if asked.what == "headers":
            wanted = frozenset(parse_qs(asked.query).get("$select", [""])[0].split(","))
            return _json(answers.told(mail, self.mailbox, wanted))
        if asked.what == "link":
            return _json(answers.link(answers.attachment(mail, self.mailbox, attachment_id), told=self.links))
        if asked.what == "whole":
            return self._content(answers.Content(mail.raw, "text/plain"), asked)
        return self._content(answers.content(answers.attachment(mail, self.mailbox, attachment_id)), asked)

    def _content(self, given: answers.Content, asked: Asked) -> Answer:
        content = given.content + b"!" * self.changed
        headers = {"Content-Type": self.served_as or given.media_type or "application/octet-stream"}
        if self.tags:
            headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        wanted = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
        if wanted is not None and self.ranges is None:
            return Answer(206, content, headers, open_to_pages=False)
        if wanted is None or not self.ranges:
            return Answer(200, content, headers)
        start = int(wanted[1])
        if start >= len(content):
            return Answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
        return Answer(
            206, content[start:], {**headers, "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        )


def _what(path: str) -> str:
    found = _PATH.fullmatch(path)
    if found is None:
        return ""
    _, _, attachments, attachment_id, value = found.groups()
    if attachments:
        return ("content" if value else "link") if attachment_id else ("" if value else "list")
    return "whole" if value else "headers"


def _token(asked: Asked) -> str:
    return asked.headers.get("authorization", "").removeprefix("Bearer ")


def _json(value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value).encode()
    return Answer(status, body, {"Content-Type": "application/json; odata.metadata=minimal", **(headers or {})})


def _refused(status: int, code: str, headers: Mapping[str, str] | None = None) -> Answer:
    return _json({"error": {"code": code, "message": f"{code}, said the stand-in."}}, status, headers)


def _of_fault(fault: Fault, real: Answer) -> Answer:
    later = {"Retry-After": fault.value} if fault.value else {}
    said = {
        "busy_429": _refused(429, "TooManyRequests", later),
        "away_503": _refused(503, "ServiceUnavailable", later),
        "late_504": Answer(504, WEB_PAGE, {"Content-Type": "text/html", **later}),
        "failed_500": _refused(500, "InternalServerError"),
        "denied_403": _refused(403, "ErrorAccessDenied"),
        "missing_404": _refused(404, "ErrorItemNotFound"),
        "no_mailbox_404": _refused(404, "MailboxNotEnabledForRESTAPI"),
        "page": Answer(200, WEB_PAGE, {"Content-Type": "text/html"}),
        "odd_list": _json({"value": "nothing"}),
        "elsewhere": _json({"value": [], "@odata.nextLink": fault.value}),
        "unreadable": replace(real, open_to_pages=False),
        "moved_302": Answer(302, b"", {"Location": fault.value}),
    }
    if fault.kind in said:
        return said[fault.kind]
    if fault.kind == "other_part":
        length = len(real.body)
        return replace(real, status=206, headers={**real.headers, "Content-Range": f"bytes 1-{length}/{length + 1}"})
    if fault.kind == "reset" and fault.after_bytes == 0:
        return Answer(0, reset=True)
    if fault.kind == "silent":
        return replace(real, body=real.body[: fault.after_bytes], promised=len(real.body), silent=True)
    part = real.body[: min(fault.after_bytes, max(len(real.body) - 1, 0))]
    return replace(real, body=part, promised=len(real.body), reset=fault.kind == "reset")


def _preflight(headers: Mapping[str, str]) -> Answer:
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": headers.get("access-control-request-headers", ""),
        "Access-Control-Max-Age": "86400",
    }
    return Answer(200, b"", allowed)


async def _sent(receive: Any, send: Any, answer: Answer, exposed: str = EXPOSED) -> None:
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    length = len(answer.body) if answer.promised is None else answer.promised
    fields = {"request-id": str(uuid.uuid4()), "Content-Length": str(length), **answer.headers}
    if answer.open_to_pages:
        fields |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed}
    if answer.status:
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        more = answer.promised is not None
        for start in range(0, len(answer.body), PIECE):
            await send({"type": "http.response.body", "body": answer.body[start : start + PIECE], "more_body": True})
        if not more:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        # The part has to be on its way before the connection breaks.
        await asyncio.sleep(ON_ITS_WAY)
    if transport is None:
        raise RuntimeError("This server gives no way to break a connection.")
    if answer.silent:
        pass
    elif answer.reset:
        with contextlib.suppress(OSError, AttributeError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
