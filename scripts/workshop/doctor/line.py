"""The way to the servers from a terminal, which sees everything: names, certificates, preflights, redirects."""

from __future__ import annotations

import datetime
import gzip
import http.client
import socket
import ssl
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from connector.checkup.calls import call
from connector.checkup.seen import Answer, Reached, Silence

EXPIRED, OTHER_NAME = (9, 10), (62, 64)
"""OpenSSL's numbers: a certificate that is not valid yet or any more; one of another name or address."""


class TerminalLine:
    """The port `connector.checkup.seen.Line`. ``authority``: a file of certificates to trust beside the system's."""

    open = True

    def __init__(self, seconds: float, authority: str | None = None) -> None:
        self._seconds = seconds
        self._context = ssl.create_default_context()
        if authority:
            self._context.load_verify_locations(authority)
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self._context), _Staying())

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer | Silence:
        """Send a request."""
        try:
            opened = partial(self._opener.open, timeout=self._seconds)
            return _unpacked(call(opened, method, url, headers, body))
        except URLError as error:
            return _silence(error.reason if isinstance(error.reason, Exception) else error)
        except (OSError, http.client.HTTPException) as error:
            return _silence(error)

    async def reach(self, url: str) -> Reached | Silence | None:
        """Look up the server's name and certificate."""
        parts = urlsplit(url)
        name, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
            with socket.create_connection((name, port), self._seconds) as plain:
                if not secure:
                    return Reached(addresses, None)
                with self._context.wrap_socket(plain, server_hostname=name) as sealed:
                    return Reached(addresses, _days(sealed.getpeercert() or {}))
        except (OSError, ValueError) as error:
            return _silence(error)


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, as the pane does not."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # what is asked for next is nothing
        return None


def _unpacked(answer: Answer) -> Answer:
    """The answer as a browser has it. What can't be unpacked is altered, which its hash shows."""
    if answer.header("Content-Encoding") != "gzip":
        return answer
    try:
        return replace(answer, body=gzip.decompress(answer.body))
    except (OSError, EOFError, zlib.error):
        return answer


def _days(certificate: Mapping[str, object]) -> int | None:
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return None
    left = ssl.cert_time_to_seconds(ends) - datetime.datetime.now(datetime.UTC).timestamp()
    return int(left // 86400)


def _silence(error: Exception) -> Silence:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in EXPIRED:
            return Silence("expired", True)
        return Silence("other-name" if error.verify_code in OTHER_NAME else "untrusted", True)
    if isinstance(error, socket.gaierror | UnicodeError):
        return Silence("name", False)
    if isinstance(error, TimeoutError):
        return Silence("timeout", None)
    if isinstance(error, ConnectionRefusedError):
        return Silence("refused", False)
    return Silence("broken", None)
