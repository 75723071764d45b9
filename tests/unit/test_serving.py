"""The servers of development and tests: over TLS with a certificate that a browser can be told to trust."""

from __future__ import annotations

import base64
import contextlib
import gc
import hashlib
import socket
import ssl
import threading
import warnings
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from workshop.certificate import certificate_for
from workshop.serving import Server

APP = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])


def test_a_server_answers_over_tls_for_every_name(tmp_path: Path) -> None:
    certificate = certificate_for(["localhost", "127.0.0.1"], tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate.chain))
    with Server(APP, certificate=certificate) as server:
        assert server.url == f"https://localhost:{server.port}"
        assert httpx.get(server.url, verify=trust).text == "here"
        assert httpx.get(f"https://127.0.0.1:{server.port}", verify=trust).text == "here"


def test_a_port_is_free_again_after_the_end() -> None:
    with Server(APP) as first:
        with pytest.raises(OSError, match=r"in use|only one usage|forbidden"):
            Server(APP, port=first.port)
        assert httpx.get(first.url).text == "here"
    with Server(APP, port=first.port) as second:
        assert httpx.get(second.url).text == "here"


def _connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port))


def test_a_connection_that_is_being_made_at_the_end_is_closed(tmp_path: Path) -> None:
    """As browsers make them beforehand."""
    certificate = certificate_for(["localhost"], tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate.chain))
    server = Server(APP, certificate=certificate)
    with (
        server,
        _connected(server) as begun,
        trust.wrap_socket(_connected(server), server_hostname="localhost") as known,
    ):
        known.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert known.recv(9999), "by then the server has taken the first connection, too"
        ending = threading.Thread(target=server.stop)
        ending.start()
        with contextlib.suppress(OSError):
            while known.recv(9999):
                """The end has not begun."""
        with contextlib.suppress(OSError), trust.wrap_socket(begun, server_hostname="localhost"):
            ending.join()
        ending.join()
    gc.collect()
    del server
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gc.collect()
    assert told == []


def test_a_certificate_is_kept_until_it_lacks_something(tmp_path: Path) -> None:
    first = certificate_for(["localhost"], tmp_path)
    assert certificate_for(["localhost"], tmp_path) == first
    more = certificate_for(["localhost", "addin.example"], tmp_path)
    assert more.pin != first.pin
    assert certificate_for(["localhost"], tmp_path) == more
    more.chain.write_text("broken")
    assert certificate_for(["localhost"], tmp_path).pin != more.pin


def test_the_pin_is_that_of_the_public_key_and_the_key_is_private(tmp_path: Path) -> None:
    certificate = certificate_for(["localhost"], tmp_path)
    public = x509.load_pem_x509_certificate(certificate.chain.read_bytes()).public_key()
    digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    assert base64.b64encode(digest).decode() == certificate.pin
    assert certificate.key.stat().st_mode & 0o077 in (0, 0o066), "others may not read it (Windows knows no modes)"
