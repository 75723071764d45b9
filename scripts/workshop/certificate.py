"""A certificate authority of this machine's own, for HTTPS on localhost.

Office.js talks only to https pages, so the pane, the stand-in Outlook and the sandbox CRM
are served over TLS in development and in tests. The keys stay in a private folder and serve
nothing but this machine's loopback names.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

LIFETIME = datetime.timedelta(days=365)
MARGIN = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Certificate:
    """A server certificate on disk: PEM files, and the pin with which a browser can be made to trust it.

    ``pin`` is the base64 SHA-256 of the public key, as Chromium's
    ``--ignore-certificate-errors-spki-list`` takes it.
    """

    chain: Path
    key: Path
    pin: str


def certificate_for(hosts: Iterable[str], folder: Path) -> Certificate:
    """Return a certificate for these host names.

    A new one is made when there is none in the folder, when it lacks a name, or ends soon.
    """
    names = sorted(set(hosts))
    chain, key = folder / "localhost.pem", folder / "localhost-key.pem"
    if chain.exists() and key.exists():
        try:
            present = x509.load_pem_x509_certificate(chain.read_bytes())
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
        except (ValueError, ssl.SSLError):
            present = None
        if present is not None and _serves(present, names):
            return Certificate(chain, key, _pin(present))
    folder.mkdir(parents=True, exist_ok=True)
    return _make(names, chain, key)


def _serves(certificate: x509.Certificate, names: list[str]) -> bool:
    now = datetime.datetime.now(datetime.UTC)
    if certificate.not_valid_after_utc < now + MARGIN or certificate.not_valid_before_utc > now:
        return False
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    present = set(alternative.get_values_for_type(x509.DNSName))
    present |= {str(address) for address in alternative.get_values_for_type(x509.IPAddress)}
    return present >= set(names)


def _make(names: list[str], chain: Path, key: Path) -> Certificate:
    authority = trustme.CA(organization_name="Mail Connector development")
    ends = datetime.datetime.now(datetime.UTC) + LIFETIME
    made = authority.issue_cert(*names, organization_name="Mail Connector development", not_after=ends)
    key.touch(mode=0o600)
    key.write_bytes(made.private_key_pem.bytes())
    # With its authority: a client that trusts the file finds its anchor in it.
    parts = [*made.cert_chain_pems, authority.cert_pem]
    chain.write_bytes(b"".join(part.bytes() for part in parts))
    return Certificate(chain, key, _pin(x509.load_pem_x509_certificate(chain.read_bytes())))


def _pin(certificate: x509.Certificate) -> str:
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
