"""Sample mails whose point is their size; built on demand, never committed.

    mail = large()                     # one attachment of 25 MiB
    mail = many(count=100)             # a hundred attachments of 100 kB each

From the command line: `python tests/mails/generate.py FOLDER` writes both as .eml files.
"""

import binascii
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

BOUNDARY = "=_sized_2f6c9d"
LINE = 76


def attachment_bytes(name: str, size: int) -> bytes:
    """The content of the attachment `name`: `size` bytes that look random and depend on the name alone.

    From SHAKE-256, because its output is fixed by a standard: the same bytes with every Python version.
    """
    return hashlib.shake_256(name.encode()).digest(size)


def large(size: int = 25 * 1024 * 1024) -> bytes:
    """A mail (raw, RFC 5322) with one attachment, `large.bin`, of `size` bytes before its transfer encoding."""
    return _mail("The drawings, all of them", "I hope your mailbox is not on a diet.", [("large.bin", size)])


def many(count: int = 100, size: int = 100_000) -> bytes:
    """A mail (raw, RFC 5322) with `count` attachments, `photo_001.bin` and so on, of `size` bytes each."""
    names = [f"photo_{number:03d}.bin" for number in range(1, count + 1)]
    return _mail("Holiday photos of a crane", "It never blinks.", [(name, size) for name in names])


def _mail(subject: str, text: str, attachments: Iterable[tuple[str, int]]) -> bytes:
    head = (
        "From: Mary Smith <mary.smith@northwind.example>\r\n"
        "To: Sales <sales@ourcompany.example>\r\n"
        f"Subject: {subject}\r\n"
        "Date: Mon, 23 Nov 2026 06:00:00 +0100\r\n"
        f"Message-ID: <{subject.lower().replace(',', '').replace(' ', '-')}@northwind.example>\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n'
        "\r\n"
        f"--{BOUNDARY}\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n"
        "\r\n"
        f"{text}\r\n"
    )
    pieces = [head.encode()]
    pieces.extend(_part(name, size) for name, size in attachments)
    pieces.append(f"\r\n--{BOUNDARY}--\r\n".encode())
    return b"".join(pieces)


def _part(name: str, size: int) -> bytes:
    head = (
        f"\r\n--{BOUNDARY}\r\n"
        f'Content-Type: application/octet-stream; name="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"; size={size}\r\n'
        "\r\n"
    )
    # Encoded at once and cut afterwards: several times faster than base64.encodebytes line by line.
    encoded = binascii.b2a_base64(attachment_bytes(name, size), newline=False)
    lines = (encoded[start : start + LINE] for start in range(0, len(encoded), LINE))
    return head.encode() + b"\r\n".join(lines)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "attachment-large.eml").write_bytes(large())
    (folder / "attachments-many.eml").write_bytes(many())
