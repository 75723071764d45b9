"""A certificate authority of this machine's own, for HTTPS on localhost.

Office.js talks only to https pages, so the pane, the stand-in Outlook and the sandbox CRM
are served over TLS in development and in tests. The keys stay in a private folder and serve
nothing but this machine's loopback names.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=365)
MARGIN = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Certificate:
    """A server certificate on disk: PEM files, and the pin by which a browser can be told to trust it.

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
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mail Connector development")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Certificate(chain, key, _pin(certificate))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pin(certificate: x509.Certificate) -> str:
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
