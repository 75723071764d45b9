"""The CRM's address as people give it, and the addresses made from it."""

from __future__ import annotations

import re

from connector.errors import CrmAddressError, CrmAddressInsecure, CrmAddressInvalid
from connector.mail.headers import one_line

OPERATIONS = "restapi/v1/vtews"
"""Path of vtenext's REST operations below the CRM's address."""

_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SCHEMES = re.compile(r"(?i)(?:(https?):/*)+")
_OTHER_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:/")
_AFTER_PATH = re.compile("[?#]")
_DIGITS = re.compile("[0-9]+")
_PORT = re.compile("[0-9]{1,5}")
_LABEL = re.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_HEXADECIMAL = re.compile("0x[0-9a-f]*")
_PAGE = re.compile(r"\.(?:php|html?)$")
_LONE_PERCENT = re.compile("(?i)%(?![0-9a-f]{2})")


def normalise(given: str) -> str:
    """The CRM's address without slash at the end, made from what somebody typed or pasted.

    Takes addresses of pages and operations of the CRM, a missing ``https://``, capitals, IDN, ports
    and white space around. Names and passwords in the address are refused; plain http is taken for
    this machine only. Raises `CrmAddressInvalid` or `CrmAddressInsecure`.
    """
    text = given.translate(dict.fromkeys(map(ord, _UNSEEN))).strip().strip("<>\"'").strip().replace("\\", "/")
    typed = _SCHEMES.match(text)
    scheme = typed[1].lower() if typed else "https"
    rest = text[typed.end() :] if typed else text.removeprefix("//")
    place = _AFTER_PATH.split(rest, maxsplit=1)[0]
    authority, _, path = place.partition("/")
    name, port = _host(authority), _port(authority)
    if _OTHER_SCHEME.match(rest) or name is None or port is None:
        raise CrmAddressInvalid(given=_shown(given))
    if scheme == "http" and name not in _LOCAL:
        raise CrmAddressInsecure(given=_shown(given))
    if port == {"https": ":443", "http": ":80"}[scheme]:
        port = ""
    return f"{scheme}://{name}{port}{_path(path)}"


def same(given: str, crm_url: str) -> bool:
    """Return whether a CRM's own word for its address means this one, which is normalised."""
    try:
        return normalise(given) == crm_url
    except CrmAddressError:
        return False


def host(crm_url: str) -> str:
    """The server's name in a CRM address, with its port where that is not the usual one."""
    return crm_url.partition("://")[2].partition("/")[0]


def operation_url(crm_url: str, operation: str) -> str:
    """Where an operation is called."""
    return f"{crm_url}/{OPERATIONS}/{_quoted(operation)}"


def record_page(crm_url: str, module: str, record_id: str) -> str:
    """A record's page in the CRM; ``record_id`` as the API gives it (``4x39``).

    The module's list where the id has another shape.
    """
    number = record_id.rpartition("x")[2]
    page = f"{crm_url}/index.php?module={_quoted(module)}"
    if _DIGITS.fullmatch(number):
        return f"{page}&action=DetailView&record={number}"
    return f"{page}&action=index"


def creation_page(crm_url: str, module: str) -> str:
    """The page in the CRM on which a record of the module is made."""
    return f"{crm_url}/index.php?module={_quoted(module)}&action=EditView"


def _shown(given: str) -> str:
    """What was given, without what might be a secret in it."""
    return one_line(_AFTER_PATH.split(given.rpartition("@")[2], maxsplit=1)[0])[:200]


def _host(authority: str) -> str | None:
    if authority.startswith("["):
        address, closed, _ = authority[1:].partition("]")
        return _ipv6(address) if closed else None
    name = authority.partition(":")[0].rstrip(".").lower()
    if not name.isascii():
        name = _ascii_name(name)
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdigit() or _HEXADECIMAL.fullmatch(labels[-1]):
        # Browsers read such names as numbers in many notations; only the plain one is unmistakable.
        plain = len(labels) == 4 and all(one.isdigit() and str(int(one)) == one and int(one) < 256 for one in labels)
        return name if plain else None
    return name


def _ascii_name(name: str) -> str:
    """An internationalised name as browsers send it (without the old mapping of ß to ss)."""
    import unicodedata

    labels = unicodedata.normalize("NFKC", name.replace("\u3002", ".")).lower().rstrip(".").split(".")
    for index, label in enumerate(labels):
        if label.isascii():
            continue
        if not all(sign.isalnum() or sign == "-" or unicodedata.category(sign)[0] == "M" for sign in label):
            return ""
        labels[index] = "xn--" + label.encode("punycode").decode("ascii")
    return ".".join(labels)


def _ipv6(text: str) -> str | None:
    import ipaddress

    try:
        return f"[{ipaddress.IPv6Address(text).compressed}]" if "%" not in text else None
    except ValueError:
        return None


def _port(authority: str) -> str | None:
    """The port with its colon, or empty; None when it is none. User info ends here, too."""
    tail = authority.partition("]")[2] if authority.startswith("[") else authority[len(authority.partition(":")[0]) :]
    if tail in ("", ":"):
        return ""
    number = tail[1:]
    if tail[0] != ":" or not _PORT.fullmatch(number) or not 0 < int(number) < 65536:
        return None
    return f":{int(number)}"


def _path(path: str) -> str:
    """The CRM's own folder: cut where its pages and operations begin."""
    kept: list[str] = []
    for part in path.split("/"):
        lower = part.strip().lower().replace("%2e", ".")
        if lower == "restapi" or _PAGE.search(lower):
            break
        if lower == "..":
            del kept[-1:]
        elif lower not in ("", "."):
            kept.append(_quoted(_LONE_PERCENT.sub("%25", part.strip()), plain="%"))
    return "".join(f"/{part}" for part in kept)


def _quoted(text: str, plain: str = "") -> str:
    return "".join(
        sign if (sign.isascii() and sign.isalnum()) or sign in "-._~" + plain else _percent(sign) for sign in text
    )


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
