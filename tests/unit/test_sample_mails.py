"""The sample mails are what the other tests take them for: whole, parseable, harmless, listed."""

import base64
import hashlib
import re
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path
from runpy import run_path

import pytest

FOLDER = Path(__file__).parent.parent / "mails"
GENERATE = run_path(str(FOLDER / "generate.py"))  # by path: the folder holds mails, it is no package
attachment_bytes: Callable[[str, int], bytes] = GENERATE["attachment_bytes"]
large: Callable[..., bytes] = GENERATE["large"]
many: Callable[..., bytes] = GENERATE["many"]
FILES = sorted(FOLDER.rglob("*.eml"))
ROW = re.compile(r"^\| `([^`]+\.eml)` \| (.+) \|$", re.MULTILINE)
BROKEN = {"mime-broken.eml", "boundary-unquoted.eml", "boundary-shared.eml"}
PEOPLE = {
    "mary.smith@northwind.example",
    "giulia.rossi@rossi-costruzioni.example",
    "sean.o'brien@obrien.example",
    "juergen.mueller@mueller-werkzeuge.example",
    "ana.perez@talleres.example",
    "orders@paperco.example",
    "line3@northwind.example",
    "tom.brown@ourcompany.example",
    "stranger@nowhere.example",
    "person@northwind.example",
}


def parsed(raw: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)


def addresses(mail: EmailMessage, *fields: str) -> set[str]:
    values = [str(value) for field in fields for value in mail.get_all(field, [])]
    return {address for _, address in getaddresses(values) if address}


def name_of(file: Path) -> str:
    return file.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_is_a_mail(file: Path) -> None:
    raw = file.read_bytes()
    assert len(raw) <= 60_000
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = parsed(raw)
    assert mail["MIME-Version"].startswith("1.0")
    contents = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    assert all(isinstance(content, bytes) for content in contents)
    defects = [defect for part in mail.walk() for defect in part.defects]  # some appear only on decoding
    assert bool(defects) == (file.name in BROKEN), defects


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_names_only_made_up_hosts(file: Path) -> None:
    mail = parsed(file.read_bytes())
    everybody = addresses(mail, "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Return-Path")
    assert [address for address in everybody if not address.endswith(".example")] == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_sent_mails_are_those_from_the_owner(file: Path) -> None:
    senders = addresses(parsed(file.read_bytes()), "From")
    assert (senders == {"sales@ourcompany.example"}) == (file.parent.name == "sent")


def test_everybody_occurs_as_sender() -> None:
    senders = [address for file in FILES for address in addresses(parsed(file.read_bytes()), "From")]
    assert set(senders) >= PEOPLE


def test_readme_lists_each_file_once() -> None:
    rows = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert sorted(name for name, _ in rows) == sorted(map(name_of, FILES))
    assert len({covers for _, covers in rows}) == len(rows)


def test_git_keeps_the_bytes() -> None:
    assert "*.eml -text" in (FOLDER / ".gitattributes").read_text(encoding="ascii").splitlines()


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 300_000])
def test_large_has_the_asked_size(size: int) -> None:
    raw = large(size)
    assert raw == large(size)
    [attachment] = parsed(raw).iter_attachments()
    assert attachment.get_filename() == "large.bin"
    assert attachment.get_content() == attachment_bytes("large.bin", size)
    assert len(attachment.get_content()) == size


def test_large_is_25_mib_and_always_the_same() -> None:
    # Not by the mail parser: it takes seconds for 35 MB of lines.
    encoded = large().rsplit(b"\r\n\r\n", 1)[1].split(b"\r\n--")[0]
    content = base64.b64decode(encoded)
    assert len(content) == 25 * 1024 * 1024
    assert hashlib.sha256(content).hexdigest() == "c2710d16b7e66389073463057398c4708059bc8656b146863ea5d5aead36ac18"


@pytest.mark.parametrize(("count", "size"), [(0, 5), (3, 1000), (100, 10)])
def test_many_has_the_asked_count_and_size(count: int, size: int) -> None:
    raw = many(count, size)
    assert raw == many(count, size)
    attachments = list(parsed(raw).iter_attachments())
    assert len({attachment.get_filename() for attachment in attachments}) == count
    assert len({attachment.get_content() for attachment in attachments}) == count
    assert all(len(attachment.get_content()) == size for attachment in attachments)


def test_many_is_about_ten_megabytes() -> None:
    assert 100 * 100_000 * 4 / 3 < len(many()) < 100 * 100_000 * 1.4
