"""Licences of the Mail Connector: make a key pair, read a request, issue and verify licence keys.

    python scripts/licence.py keygen --private licence-private.pem --public crm/licence.pub
    python scripts/licence.py request --installation "Our Company" --url https://crm.example.com --users 25
    python scripts/licence.py issue --private licence-private.pem --request MCR1.… --until 2027-12-31
    python scripts/licence.py show eyJ… --public crm/licence.pub

A licence key is a JWS in compact form (RFC 7515) with the algorithm EdDSA (RFC 8037), so any JOSE tool verifies it.
Its header has the type ``mail-connector-licence``, its payload is a JSON object (``installation``, ``crm_url``,
``users``, ``issued`` and ``until`` as YYYY-MM-DD, ``number``). A request is ``MCR1.{payload}`` with ``installation``,
``crm_url`` and ``users``; the CRM's settings page writes it. A public key is its 32 bytes in base64url, which is the
``x`` of the key as a JWK. The private key never belongs into a repository.
"""

from __future__ import annotations

if __name__ == "__main__":
    from workshop import environment

    environment.ensure()

import argparse
import base64
import binascii
import datetime
import json
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workshop import commands

REQUEST = "MCR1"
ALGORITHM, TYPE = "EdDSA", "mail-connector-licence"


class LicenceError(Exception):
    """A key, a request or a file can't be used; the text says why."""


@dataclass(frozen=True)
class Request:
    """What an installation asks for: its name, the CRM's address, how many users."""

    installation: str
    crm_url: str
    users: int

    def __post_init__(self) -> None:
        if not self.installation.strip() or len(self.installation) > 200:
            raise LicenceError("The installation needs a name of at most 200 characters.")
        if not re.fullmatch(r"https?://[^/\s?#@]+(/[^\s?#]*)?", self.crm_url):
            raise LicenceError(f"{self.crm_url!r} is no address of a CRM (https://crm.example.com).")
        if self.users < 1:
            raise LicenceError("A licence is for at least one user.")

    def text(self) -> str:
        """Return the request as the CRM's settings page writes it."""
        return f"{REQUEST}.{_base64url(_compact(asdict(self)))}"


@dataclass(frozen=True)
class Licence:
    """What a licence key says. ``until`` is the last day."""

    installation: str
    crm_url: str
    users: int
    issued: datetime.date
    until: datetime.date
    number: str


def plain_url(url: str) -> str:
    """Return a CRM's address without what does not matter: case of the host, default port, index.php, last slashes."""
    match = re.match(r"\s*(https?)://([^/?#\s]+)([^?#\s]*)", url, re.IGNORECASE)
    if match is None:
        return url.strip()
    scheme = match[1].lower()
    host = match[2].lower().removesuffix(":443" if scheme == "https" else ":80")
    return f"{scheme}://{host}{match[3].removesuffix('/index.php').rstrip('/')}"


def new_key() -> Ed25519PrivateKey:
    """Return a new private key."""
    return Ed25519PrivateKey.generate()


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public key of a private one, as it stands in the component."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _base64url(raw)


def public_key(text: str) -> Ed25519PublicKey:
    """Return the public key of a text; raises `LicenceError`."""
    raw = _bytes(text.strip())
    if len(raw) != 32:
        raise LicenceError("That is no public key: 32 bytes in base64url are.")
    return Ed25519PublicKey.from_public_bytes(raw)


def read_request(text: str) -> Request:
    """Read a request; raises `LicenceError`."""
    match = re.search(rf"{REQUEST}\.([A-Za-z0-9_-]+)", re.sub(r"\s+", "", text))
    content = _loaded(_bytes(match[1])) if match else None
    if not isinstance(content, dict) or type(content.get("users")) is not int:
        raise LicenceError("That is no request: it begins with MCR1.")
    return Request(str(content.get("installation", "")), str(content.get("crm_url", "")), content["users"])


def issue(key: Ed25519PrivateKey, request: Request, until: datetime.date, *, issued: datetime.date, number: str) -> str:
    """Return the licence key for a request."""
    if until < issued:
        raise LicenceError(f"{until} is past.")
    content = {
        "crm_url": plain_url(request.crm_url),
        "installation": request.installation.strip(),
        "issued": issued.isoformat(),
        "number": number,
        "until": until.isoformat(),
        "users": request.users,
    }
    return jwt.PyJWS().encode(_compact(content), key, ALGORITHM, {"typ": TYPE}, sort_headers=True)


def read(text: str, public: Ed25519PublicKey | None = None) -> Licence:
    """Read a licence key, and check its signature where a public key is given; raises `LicenceError`."""
    key = re.sub(r"\s+", "", text)
    try:
        found = jwt.PyJWS().decode_complete(
            key, public or "", [ALGORITHM], options={"verify_signature": public is not None}
        )
    except jwt.InvalidSignatureError:
        raise LicenceError("The signature is not of this key: the licence is another one's, or changed.") from None
    except jwt.InvalidTokenError:
        found = {"header": {}}
    if (found["header"].get("typ"), found["header"].get("alg")) != (TYPE, ALGORITHM):
        raise LicenceError("That is no licence key: copy it completely, from eyJ on.")
    content = _loaded(found["payload"])
    try:
        return Licence(
            str(content["installation"]),
            str(content["crm_url"]),
            int(content["users"]),
            datetime.date.fromisoformat(content["issued"]),
            datetime.date.fromisoformat(content["until"]),
            str(content["number"]),
        )
    except (KeyError, TypeError, ValueError):
        raise LicenceError("The licence key has an unexpected content.") from None


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise LicenceError("That is no base64url.") from None


def _compact(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


# -- the command


def load_private(file: Path) -> Ed25519PrivateKey:
    """Read a private key from its file; raises `LicenceError`."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise LicenceError(f"{file} can't be read: {error.strerror}.") from None
    except TypeError:
        raise LicenceError(f"{file} is a private key behind a password; give one without.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise LicenceError(f"{file} can't be read as a private key: licence.py keygen makes one.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise LicenceError(f"{file} holds another kind of key than Ed25519.")
    return key


def _keygen(options: argparse.Namespace) -> str:
    private, public = options.private, options.public
    for file in (private, public):
        if file.exists():
            raise LicenceError(f"{file} is there already; nothing was done.")
    if private.resolve() == public.resolve():
        raise LicenceError("--private and --public name the same file; nothing was done.")
    key = new_key()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.touch(mode=0o600)
    private.write_bytes(pem)
    public.write_text(public_text(key) + "\n", "utf-8")
    return f"{private}: the private key. Keep it secret, safe, and out of repositories.\n{public}: the public key."


def _request(options: argparse.Namespace) -> str:
    return Request(options.installation.strip(), plain_url(options.url), options.users).text()


def _issue(options: argparse.Namespace) -> str:
    request = read_request(_given(options.request))
    if options.users:
        request = Request(request.installation, request.crm_url, options.users)
    number = options.number or secrets.token_hex(4)
    today = datetime.datetime.now(datetime.UTC).date()
    return issue(load_private(options.private), request, options.until, issued=today, number=number)


def _show(options: argparse.Namespace) -> str:
    public = _public_in(options.public) if options.public else None
    licence = read(_given(options.key), public)
    lines = [f"{name}: {value}" for name, value in asdict(licence).items()]
    return "\n".join([*lines, "signature: right" if public else "signature: not checked (--public FILE checks it)"])


def _given(text: str) -> str:
    """Return what was typed, or with ``-`` what comes from standard input."""
    return sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text


def _public_in(file: Path) -> Ed25519PublicKey:
    try:
        return public_key(file.read_bytes().decode("utf-8", "replace"))
    except LicenceError as error:
        raise LicenceError(f"{file}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    about, _, details = (__doc__ or "").partition("\n\n")
    parser = commands.Options(description=about, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    keygen = kinds.add_parser("keygen", help="make a key pair")
    keygen.add_argument(
        "--private", required=True, type=commands.writable_file, metavar="FILE", help="where the private key goes"
    )
    keygen.add_argument(
        "--public", required=True, type=commands.writable_file, metavar="FILE", help="where the public key goes"
    )
    keygen.set_defaults(run=_keygen)
    request = kinds.add_parser("request", help="write a request, as the CRM's settings page does")
    request.add_argument("--installation", required=True, help="the installation's name")
    request.add_argument("--url", required=True, type=commands.address, help="the CRM's full address")
    request.add_argument("--users", required=True, type=commands.whole(1), help="number of users")
    request.set_defaults(run=_request)
    issued = kinds.add_parser("issue", help="issue a licence key for a request")
    issued.add_argument("--private", required=True, type=commands.readable_file, metavar="FILE", help="the private key")
    issued.add_argument("--request", required=True, help="the request (MCR1.…), or - to read it from standard input")
    issued.add_argument("--until", required=True, type=commands.day, help="the last day, as 2027-12-31")
    issued.add_argument("--users", type=commands.whole(1), help="number of users, where it differs from the request's")
    issued.add_argument("--number", help="the licence's number (default: a random one)")
    issued.set_defaults(run=_issue)
    for name in ("show", "verify"):
        show = kinds.add_parser(name, help="show a licence key" + (" and check its signature" * (name == "verify")))
        show.add_argument("key", help="the key (eyJ…), or - to read it from standard input")
        show.add_argument(
            "--public", required=name == "verify", type=commands.readable_file, metavar="FILE", help="the public key"
        )
        show.set_defaults(run=_show)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        print(options.run(options))
    except (LicenceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
