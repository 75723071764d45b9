"""vtenext's REST protocol without any input or output: build a request, decipher an answer.

``POST {CRM}/restapi/v1/vtews/{operation}`` with a JSON body, or a form when content of files travels
along. Answers come as ``{"status":200,"data":…}``; failures in three shapes of JSON, or as the web
server's own page.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from connector.errors import (
    AnswerError,
    AnswerUnreadable,
    CrmFault,
    OperationMissing,
    PermissionDenied,
    RecordRefused,
    RelationMissing,
    RequestTooLarge,
    SignInNeeded,
    SignInRefused,
)
from connector.mail.body import sound
from connector.mail.headers import one_line
from connector.ports import DataUrl, FormFile, Request, Response, Text
from connector.vtenext.envelope import BLANKS, answer_in
from connector.vtenext.pieces import sendable
from connector.vtenext.url import operation_url

SIGN_IN = "loginpwd"
"""The operation that takes a password."""

MANNER: Mapping[str, str] = {
    "method": "POST",
    "credentials": "omit",
    "cache": "no-store",
    "redirect": "manual",
    "referrerPolicy": "no-referrer",
}
"""How a browser sends a request, beside what stands in it: options of ``fetch``."""
_LONGEST_REASON = 300
_DENIED = "permission to perform the operation is denied"
_NO_RELATION = "there is no relation with module"
_OVER_LIMIT = re.compile(r"POST Content-Length of \d+ bytes exceeds the limit of (\d+) bytes")
"""What PHP prints before an answer, where it shows its warnings, of a body that it dropped (``post_max_size``)."""


def request(
    crm_url: str,
    operation: str,
    parameters: Mapping[str, str],
    *,
    credentials: tuple[str, str] | None,
    files: Sequence[FormFile] = (),
    encoded: Mapping[str, Text] | None = None,
    bearer: str | None = None,
) -> Request:
    """The request that calls an operation.

    ``credentials`` are user name and access key, ``bearer`` is a token of the Mail Connector component in
    their place; neither for operations before sign-in. ``encoded`` holds
    the parameters that vtenext takes as JSON text, in pieces, as `connector.vtenext.pieces` makes them.
    A form is sent when there are files or pictures inside the pieces; a form has no Content-Type here,
    for its boundary is chosen by the sender. No other headers: the CRM's CORS allows these two.
    """
    headers: dict[str, str] = {}
    if credentials is not None:
        pair = sound(":".join(credentials)).encode()
        headers["Authorization"] = "Basic " + binascii.b2a_base64(pair, newline=False).decode("ascii")
    elif bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    fields: dict[str, Text] = {name: [sendable(value)] for name, value in parameters.items()}
    for name, pieces in (encoded or {}).items():
        fields[name] = [piece if isinstance(piece, DataUrl) else sound(piece) for piece in pieces]
    url = operation_url(crm_url, operation)
    texts = {name: "".join(piece for piece in pieces if isinstance(piece, str)) for name, pieces in fields.items()}
    if files or any(isinstance(piece, DataUrl) for pieces in fields.values() for piece in pieces):
        return Request(url, headers, fields=fields, files=tuple(files))
    headers["Content-Type"] = "application/json"
    return Request(url, headers, body=json.dumps(texts, ensure_ascii=False))


def decipher(response: Response, operation: str, *, sent_files: bool = False) -> Any:
    """The ``data`` of a good answer; raises the `AnswerError` that fits any other.

    ``sent_files``: whether the request was large. PHP drops a body over its ``post_max_size`` and vtenext
    then denies a permission; so for such a request that text means `RequestTooLarge`, and the caller
    should know beforehand that the user may create. Where PHP shows its warnings, it says so itself.
    """
    status = response.status
    if status == 413:
        raise RequestTooLarge(reason="HTTP 413")
    if dropped := _OVER_LIMIT.search(response.text.partition("{")[0]):
        raise RequestTooLarge(reason="post_max_size", limit=dropped[1])
    answer = answer_in(response.text)
    error = _text(answer, "error")
    if status == 401 or answer.get("status") in (401, "401") or error == "InvalidLoginException":
        refused = SignInRefused if operation == SIGN_IN else SignInNeeded
        raise refused(reason=_text(answer, "message"))
    if not answer:
        _raise_unreadable(status, response.text)
    refusing = answer.get("error") or answer.get("success") is False
    if 200 <= status < 300 and answer.get("status") in (200, "200") and "data" in answer and not refusing:
        return answer["data"]
    if refusing:
        _raise_refusal(answer, error, operation, sent_files)
    if status >= 500:
        raise CrmFault(reason=_text(answer, "message") or f"HTTP {status}")
    raise AnswerUnreadable(reason="wrong-path" if status == 404 else "wrong-shape", status=str(status))


def is_answer(response: Response) -> bool:
    """Whether this is an answer of vtenext, good or bad."""
    return bool(answer_in(response.text))


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return _line(value) if isinstance(value, str) else ""


def _line(text: str) -> str:
    return one_line(text[: 4 * _LONGEST_REASON])[:_LONGEST_REASON]


def _raise_refusal(answer: Mapping[str, Any], error: str, operation: str, sent_files: bool) -> NoReturn:
    reason = _text(answer, "message")
    if error == "RouteNotFoundException":
        raise OperationMissing(operation=operation, reason=reason)
    if not error:  # a number stands there when PHP itself broke off: then texts mean nothing
        raise CrmFault(reason=reason)
    if sent_files and reason.lower() == _DENIED:
        raise RequestTooLarge(reason=reason)
    raise refusal(reason)


def refusal(text: str) -> AnswerError:
    """The error that fits the text with which a stock operation is refused; `CrmFault` for any other text."""
    reason = _line(text)
    said = reason.lower()
    if said.startswith("invalid username or password"):
        return SignInRefused(reason=reason)
    if said.startswith("permission to "):
        return PermissionDenied(reason=reason)
    if said.startswith(_NO_RELATION):
        module = reason[len(_NO_RELATION) :].strip()
        # A record that is gone has no module.
        return RelationMissing(module=module, reason=reason) if module else _gone(reason)
    if said.startswith("record you are trying to access is not found"):
        return _gone(reason)
    return CrmFault(reason=reason)


def _gone(reason: str) -> RecordRefused:
    return RecordRefused(record="", reason=reason, gone="yes")


def _raise_unreadable(status: int, text: str) -> NoReturn:
    if status >= 500:
        raise CrmFault(reason=f"HTTP {status}")
    start = text.lstrip(BLANKS)[:1]
    if status == 404:
        reason = "wrong-path"
    elif not start:
        reason = "empty"
    elif start == "<":
        reason = "web-page"
    else:
        reason = "cut-off" if start == "{" and not text.rstrip().endswith("}") else "wrong-shape"
    raise AnswerUnreadable(reason=reason, status=str(status))
